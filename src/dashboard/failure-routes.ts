import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { effectKinds, type FailureFilter } from '../desk/failures.ts'
import { type FailureQuery, given, readFailures, spanChoices, spans } from './failure-list.ts'
import { countedOf, kindChoices } from './failure-words.ts'
import { refuseReader, requireActor, visitorOf } from './gate.ts'
import { versionOf } from './live-hub.ts'
import { refuseListener } from './overview-routes.ts'
import { dryRunModel } from './replay-page.ts'
import type { PageParts } from './router.ts'

const section = '/dashboard/failures'

/** An empty field of a form asks for nothing. */
const orNothing = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional())
/** In the address of a list nonsense asks for nothing either. */
const optional = <T extends z.ZodType>(schema: T) => orNothing(schema).catch(undefined)

const ListQuery = z.object({
  kind: optional(z.enum(effectKinds)),
  campaign: optional(z.string().max(200)),
  cause: optional(z.string().max(500)),
  since: optional(z.enum(Object.keys(spans) as (keyof typeof spans)[])),
  cursor: optional(z.string().max(500)),
})

/**
 * A replay is asked for from an instant on: between its question and its answer nothing joins it. What is not understood
 * is refused: left out, it would let more be replayed than was meant.
 */
const ReplayQuery = z.object({
  kind: orNothing(z.enum(effectKinds)),
  campaign: orNothing(z.string().max(200)),
  cause: orNothing(z.string().max(500)),
  since: orNothing(z.union([z.enum(Object.keys(spans) as (keyof typeof spans)[]), z.iso.datetime()])),
})

const Rate = z.preprocess(
  value => (value === '' ? undefined : value),
  z.coerce.number().positive().max(10_000).optional(),
)

/** `/dashboard/failures`: what has gone wrong, by cause, and the way to try it anew. */
export function createFailureRoutes(parts: PageParts): Router {
  const { desk, live, logger, render, readForm, sendPage, now } = parts
  const router = Router()

  const readList = async (query: FailureQuery, response: Response) => {
    const { clearance } = visitorOf(response)
    const { nextCursor, ...model } = await readFailures(desk, query, { clearance, now: now() })
    return { html: await render('failures-live', model), nextCursor, model }
  }

  router.get('/failures', async (request, response) => {
    const query = ListQuery.parse(request.query)
    const { html, nextCursor, model } = await readList(query, response)
    const { cursor: _, ...asked } = query
    const address = new URLSearchParams(given(query))
    return sendPage(response, 'failures', {
      title: 'Failures',
      section,
      html,
      version: versionOf(html),
      liveUrl: `${section}/live${address.size === 0 ? '' : `?${address}`}`,
      query: { kind: '', campaign: '', cause: '', since: '', ...given(asked) },
      isFiltered: model.isFiltered,
      isFirst: model.isFirst,
      firstUrl: `?${new URLSearchParams(given(asked))}`,
      nextUrl: nextCursor && `?${new URLSearchParams({ ...given(asked), cursor: nextCursor })}`,
      kinds: kindChoices,
      campaigns: [...desk.overview.campaignNames()].map(([id, name]) => ({ id, name })),
      spans: spanChoices,
    })
  })

  router.get('/failures/live', (request, response) => {
    const query = ListQuery.parse(request.query)
    const { clearance, forMs } = visitorOf(response)
    const render = async () => (await readList(query, response)).html
    const topic = { name: `failures ${clearance} ${new URLSearchParams(given(query))}`, render }
    const seen = request.get('Last-Event-ID') ?? String(request.query['seen'] ?? '')
    if (!live.listen(topic, response, { seen, forMs })) refuseListener(response)
  })

  /** Which failures, and since when exactly; `undefined` where that cannot be understood. */
  function readAsked(source: unknown) {
    const asked = ReplayQuery.safeParse(source)
    if (!asked.success) return undefined
    const { since, ...rest } = asked.data
    const from =
      since === undefined ? undefined : since in spans ? now() - spans[since as keyof typeof spans] : Date.parse(since)
    const filter = { ...given(rest), ...(from === undefined ? {} : { since: from }) } as FailureFilter
    return {
      filter,
      fields: { ...given(rest), ...(from === undefined ? {} : { since: new Date(from).toISOString() }) },
    }
  }

  async function ask(request: Request, response: Response, refused?: { fault: string; typed: string }) {
    const asked = readAsked(refused === undefined ? request.query : request.body)
    if (asked === undefined) return refuseNonsense(response)
    const { filter, fields } = asked
    const run = dryRunModel(await desk.replays.dryRun(filter), filter.kind)
    const names = desk.overview.campaignNames()
    return sendPage(
      response,
      'replay-ask',
      {
        title: 'Replay failures',
        section,
        run,
        question: run.count === 0 ? 'Nothing to replay' : `Replay ${countedOf(filter.kind, run.count)}?`,
        cause: filter.cause,
        campaign: filter.campaign === undefined ? undefined : (names.get(filter.campaign) ?? filter.campaign),
        since: fields['since'],
        fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
        perSecond: refused?.typed ?? run.perSecond,
        fault: refused?.fault,
        backUrl: `${section}?${new URLSearchParams(given({ kind: filter.kind, cause: filter.cause, campaign: filter.campaign }))}`,
      },
      refused === undefined ? 200 : 422,
    )
  }

  router.get('/failures/replay', async (request, response) => {
    if (!visitorOf(response).mayAct) return refuseReader(response, sendPage)
    return ask(request, response)
  })

  router.post('/failures/replay', readForm, requireActor(parts), async (request, response) => {
    const rate = Rate.safeParse(request.body?.perSecond)
    const typed = String(request.body?.perSecond ?? '').slice(0, 50)
    if (!rate.success) return ask(request, response, { fault: 'Write a number above 0, such as 5 or 0.5.', typed })
    const asked = readAsked(request.body)
    if (asked === undefined) return refuseNonsense(response)
    const by = visitorOf(response).principal?.name ?? ''
    const replay = await desk.replays.start(asked.filter, rate.data, by)
    logger.info({ replay: replay.id, by, matched: replay.matched }, 'replay.asked')
    return response.redirect(303, `/dashboard/replays/${replay.id}`)
  })

  const refuseNonsense = (response: Response) =>
    sendPage(response, 'notice', { title: 'Which failures?', section, ...notUnderstood }, 400)

  return router
}

const notUnderstood = {
  text: 'The address or the form does not say which. Nothing was replayed.',
  linkUrl: section,
  linkText: 'All failures',
}
