import { type Response, Router } from 'express'
import { z } from 'zod'
import type { Channel } from '../campaigns/vocabulary.ts'
import { requireActor, visitorOf } from './gate.ts'
import type { PageParts } from './router.ts'
import { type SuppressionRow, suppressionRow } from './suppression-rows.ts'
import { lookUp } from './words.ts'

const section = '/dashboard/suppressions'
const PER_PAGE = 50
/** Looked at a few at a time; what is judged makes room for the next. */
const REVIEWED = 20

const ListQuery = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  cursor: z.string().max(500).optional().catch(undefined),
  done: z.string().max(50).optional().catch(undefined),
})

/** A box that is not ticked is not sent. */
const tick = z
  .literal('on')
  .optional()
  .catch(undefined)
  .transform(value => value === 'on')
const Form = z.object({
  phone: z.string().trim().max(100).catch(''),
  voice: tick,
  sms: tick,
  reason: z.string().trim().max(200).catch(''),
})

interface Typed {
  phone: string
  voice: boolean
  sms: boolean
  reason: string
}
const empty: Typed = { phone: '', voice: true, sms: true, reason: '' }

/** `/dashboard/suppressions`: what waits to be looked at, whom nobody calls or texts, and adding a number. */
export function createSuppressionRoutes(parts: PageParts): Router {
  const { desk, logger, readForm, sendPage, publicUrl } = parts
  const router = Router()

  async function page(
    response: Response,
    { q, cursor, done }: z.output<typeof ListQuery>,
    refused?: { typed: Typed; fault: { field: string; text: string } },
  ): Promise<void> {
    const { clearance } = visitorOf(response)
    const query = q === '' ? undefined : q
    const isFirst = cursor === undefined
    const [found, review, waiting] = await Promise.all([
      find(query, cursor),
      isFirst && query === undefined
        ? desk.suppressions.list({ inferred: true }, { limit: REVIEWED }, clearance)
        : none,
      desk.suppressions.inferredCount(),
    ])
    const status = refused === undefined ? 200 : 422
    return sendPage(
      response,
      'suppressions',
      {
        title: 'Suppressions',
        section,
        q: query ?? '',
        isFirst,
        done: done === undefined ? undefined : lookUp(doneWords, done),
        review: review.suppressions.map(suppressionRow),
        waiting,
        rows: found.rows,
        nextUrl: found.nextCursor === undefined ? undefined : `?${new URLSearchParams({ cursor: found.nextCursor })}`,
        typed: refused?.typed ?? empty,
        fault: refused?.fault,
        example: {
          url: publicUrl ?? `http://${response.req.headers.host ?? 'localhost'}`,
          needsKey: parts.adminKeys.length > 0,
        },
      },
      status,
    )

    /** By number, or by the name that the audit gives it. */
    async function find(
      asked: string | undefined,
      from: string | undefined,
    ): Promise<{ rows: SuppressionRow[]; nextCursor?: string }> {
      if (asked?.startsWith('sup_')) {
        const one = await desk.suppressions.show(asked, clearance)
        return { rows: one === undefined ? [] : [suppressionRow(one)] }
      }
      const limits = { limit: PER_PAGE, cursor: from }
      const { suppressions, ...rest } = await desk.suppressions.list({ phone: asked }, limits, clearance)
      return { rows: suppressions.map(suppressionRow), ...rest }
    }
  }

  router.get('/suppressions', (request, response) => page(response, ListQuery.parse(request.query)))

  router.post('/suppressions', readForm, requireActor(parts), async (request, response) => {
    const typed = Form.parse(request.body)
    const { phone, voice, sms, reason } = typed
    const channels: Channel[] = [...(voice ? (['voice'] as const) : []), ...(sms ? (['sms'] as const) : [])]
    const refuse = (field: string, text: string) => page(response, {}, { typed, fault: { field, text } })
    if (channels.length === 0) return refuse('channels', 'Choose calls, texts or both.')
    const by = visitorOf(response).principal?.name ?? ''
    const asked = { phone, channels, ...(reason === '' ? {} : { reason }) }
    const added = await desk.suppressions.add(asked, by)
    if (added === undefined) {
      return refuse('phone', 'This is no valid number. Write it with its country code, as +12125550123.')
    }
    logger.info({ suppression: added.id, by }, 'number.suppressed')
    return response.redirect(303, `${section}?done=added`)
  })

  return router
}

const none = { suppressions: [] }

const doneWords: Record<string, string> = {
  added: 'The number is suppressed. What is planned to it is skipped when its time comes.',
  removed: 'The number may be reached again.',
  kept: 'It stays an opt-out, and is off the list of those to be looked at.',
  dismissed: 'It was no opt-out: the number may be reached again.',
}
