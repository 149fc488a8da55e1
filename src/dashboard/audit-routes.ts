import { Router } from 'express'
import type { AuditView } from '../desk/audit.ts'
import { readEffectKey } from './effect-key.ts'
import type { PageParts } from './router.ts'
import { effectName, humanise, lookUp } from './words.ts'

const PER_PAGE = 50

/** `GET /dashboard/audit`: who did what, newest first. */
export function createAuditRoutes({ desk, sendPage }: PageParts): Router {
  const router = Router()
  router.get('/audit', async (request, response) => {
    const cursor = typeof request.query['cursor'] === 'string' ? request.query['cursor'] : undefined
    const { audit, nextCursor } = await desk.audit.list({ limit: PER_PAGE, cursor })
    return sendPage(response, 'audit', {
      title: 'Audit',
      section: '/dashboard/audit',
      rows: audit.map(auditRow),
      isFirst: cursor === undefined,
      nextUrl: nextCursor === undefined ? undefined : `?${new URLSearchParams({ cursor: nextCursor })}`,
    })
  })
  return router
}

function auditRow({ id, at, by, what, subject, detail }: AuditView) {
  return { id, at, by, what, did: lookUp(deeds, what) ?? humanise(what), subject, detail, ...placeOf(subject) }
}

/** What something was done to, in words, and the page that tells of it, where there is one. */
function placeOf(subject: string): { name?: string; url?: string } {
  if (subject.startsWith('jrn_')) return { name: 'Journey', url: `/dashboard/journeys/${encodeURIComponent(subject)}` }
  const key = readEffectKey(subject)
  if (key === undefined) return {}
  const name = effectName(key.kind, key.rule)
  return 'journeyId' in key
    ? { name, url: `/dashboard/journeys/${encodeURIComponent(key.journeyId)}` }
    : { name, url: `/dashboard/journeys?${new URLSearchParams({ q: key.leadId })}` }
}

const deeds: Record<string, string> = {
  'journey.requested': 'Asked for a journey',
  'journey.cancelled': 'Cancelled a journey',
  'event.replayed': 'Replayed an event',
  'parked.happened': 'Decided that it happened',
  'parked.did_not_happen': 'Decided that it did not happen',
}
