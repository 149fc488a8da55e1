import express, { type ErrorRequestHandler, Router } from 'express'
import type { AdminKey } from '../config.ts'
import type { Desk } from '../desk/index.ts'
import type { KeyCheck } from '../http/key-check.ts'
import type { Logger } from '../logger.ts'
import { createAssets } from './assets.ts'
import { createAuditRoutes } from './audit-routes.ts'
import { createCampaignExportRoutes } from './campaign-export-routes.ts'
import { createCampaignMoveRoutes } from './campaign-move-routes.ts'
import { createCampaignRoutes } from './campaign-routes.ts'
import { createDecideRoutes } from './decide-routes.ts'
import { createDocsRoutes, createOpenDocs, type ReadApi } from './docs-routes.ts'
import { createEventReplayRoutes } from './event-replay-routes.ts'
import { createEventRoutes } from './event-routes.ts'
import { createFailureRoutes } from './failure-routes.ts'
import { type GateParts, identify, requireVisitor } from './gate.ts'
import { createImportRoutes } from './import-routes.ts'
import { createJourneyRoutes } from './journey-routes.ts'
import { LiveHub } from './live-hub.ts'
import { createOverviewRoutes } from './overview-routes.ts'
import { createSendPage, type SendPage } from './page.ts'
import { createParkedRoutes } from './parked-routes.ts'
import { createPastImportRoutes } from './past-import-routes.ts'
import { createPauseAllRoutes } from './pause-all-routes.ts'
import { createReplayRoutes } from './replay-routes.ts'
import { createSecurityHeaders } from './security-headers.ts'
import { createSessions } from './sessions.ts'
import { createSettingsRoutes } from './settings-routes.ts'
import { createSignIn } from './sign-in.ts'
import { createSuppressionActRoutes } from './suppression-act-routes.ts'
import { createSuppressionRoutes } from './suppression-routes.ts'
import { createViews, type RenderView } from './views.ts'
import { countWaiting } from './waiting.ts'

export interface Dashboard {
  /** To be mounted at `/dashboard`. */
  router: Router
  /** To be mounted at `/docs`. */
  docs: Router
  /** Lets go of whoever watches, so that nobody holds up the end of the process. */
  close(): void
}

/** What the routes of the pages share. */
export interface PageParts extends GateParts {
  desk: Desk
  logger: Logger
  live: LiveHub
  render: RenderView
  readForm: express.RequestHandler
}

/** No form of ours is larger. */
const MAX_FORM_BYTES = 10_000

/** The pages: server-rendered, for operators. */
export function createDashboard(parts: {
  desk: Desk
  adminKeys: readonly AdminKey[]
  keyCheck: KeyCheck
  readApi: ReadApi
  publicUrl: string | undefined
  /** A keyed hash that only this installation can make, the same in every process. */
  mark: (text: string) => string
  now: () => number
  logger: Logger
  maxListeners?: number
}): Dashboard {
  const { logger, maxListeners } = parts
  const assets = createAssets(new URL('./assets/', import.meta.url), '/dashboard/assets')
  const render = createViews(new URL('./views/', import.meta.url))
  const sendPage = createSendPage({ render, assets, countWaiting: () => countWaiting(parts.desk) })
  const onError = (err: unknown) => logger.warn({ err }, 'dashboard.look_failed')
  const live = new LiveHub({ onError, ...(maxListeners === undefined ? {} : { maxListeners }) })
  const readForm = express.urlencoded({ extended: false, limit: MAX_FORM_BYTES })
  const pages: PageParts = { ...parts, sessions: createSessions(parts), sendPage, live, render, readForm }

  const router = Router()
  router.use(createSecurityHeaders())
  router.use('/assets', assets.serve)
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  router.use(identify(pages))
  router.use(createSignIn(pages))
  router.use(requireVisitor(pages))
  router.use(createOverviewRoutes(pages))
  router.use(createCampaignRoutes(pages))
  router.use(createCampaignMoveRoutes(pages))
  router.use(createPauseAllRoutes(pages))
  router.use(createCampaignExportRoutes(pages))
  router.use(createImportRoutes(pages))
  router.use(createPastImportRoutes(pages))
  router.use(createJourneyRoutes(pages))
  router.use(createEventRoutes(pages))
  router.use(createEventReplayRoutes(pages))
  router.use(createFailureRoutes(pages))
  router.use(createReplayRoutes(pages))
  router.use(createParkedRoutes(pages))
  router.use(createDecideRoutes(pages))
  router.use(createSuppressionRoutes(pages))
  router.use(createSuppressionActRoutes(pages))
  router.use(createAuditRoutes(pages))
  router.use(createSettingsRoutes(pages))
  router.use(createDocsRoutes({ sendPage, readApi: parts.readApi }))
  router.use((_request, response) => sendPage(response, 'notice', { title: 'Not found', ...notFound }, 404))
  router.use(explain(sendPage, logger))
  const docs = createOpenDocs({ ...parts, sendPage }).use(explain(sendPage, logger))
  return { router, docs, close: () => live.close() }
}

const notFound = { text: 'There is no such page.', linkUrl: '/dashboard', linkText: 'Overview' }

function explain(sendPage: SendPage, logger: Logger): ErrorRequestHandler {
  return async (error, _request, response, next) => {
    if (response.headersSent) return next(error)
    // Percent signs that are no escapes, as in a link that was cut short.
    if (error instanceof URIError) return sendPage(response, 'notice', { title: 'Not found', ...notFound }, 404)
    const { status, type } = error as { status?: number; type?: string }
    if (typeof type === 'string' && status !== undefined && status < 500) {
      return sendPage(response, 'notice', { title: 'That did not work', text: 'The form could not be read.' }, status)
    }
    logger.error({ err: error }, 'page.failed')
    const text =
      'The page could not be made, most often because Redis does not answer. The log says more. Load it again in a moment.'
    return sendPage(response, 'notice', { title: 'Something went wrong here', text }, 503)
  }
}
