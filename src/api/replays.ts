import express, { Router } from 'express'
import { z } from 'zod'
import type { ReplayDesk } from '../desk/replays.ts'
import { answerOr404, parseOr400, principalOf, WholeListing } from './answers.ts'
import { FailureFields, filterOf } from './failures.ts'

/** Nobody's account takes more; what a replay may do is bounded by its account anyway. */
const MAX_PER_SECOND = 10_000

const NO_FILTER =
  'say what is to be tried anew, for instance {"kind": "pixel"}; with {} it is everything that has ever gone wrong'

/** Only a dry run does without a filter: whoever forgets it would fire everything that ever went wrong. */
export const ReplayBody = z
  .strictObject({
    filter: FailureFields.optional(),
    dryRun: z.boolean().default(false),
    perSecond: z.number().positive().max(MAX_PER_SECOND).optional(),
  })
  .refine(({ filter, dryRun }) => dryRun || filter !== undefined, { path: ['filter'], error: NO_FILTER })

/** `/replays`: failed effects are tried anew, as many as a filter finds. */
export function createReplayRoutes(replays: ReplayDesk): Router {
  const router = Router()

  router.post('/', express.json({ limit: '10kb' }), async (request, response) => {
    const asked = parseOr400(ReplayBody, request.body ?? {}, response)
    if (asked === undefined) return
    const filter = filterOf(asked.filter ?? {})
    if (asked.dryRun) {
      response.json(await replays.dryRun(filter))
      return
    }
    const replay = await replays.start(filter, asked.perSecond, principalOf(response).name)
    response.status(202).location(`/api/v1/replays/${replay.id}`).json(replay)
  })

  router.get('/', async (request, response) => {
    const query = parseOr400(WholeListing, request.query, response)
    if (query !== undefined) response.json({ replays: await replays.list(query.limit) })
  })

  router.get('/:id', async (request, response) => {
    answerOr404(response, await replays.show(request.params.id), 'replay')
  })

  router.post('/:id/cancel', async (request, response) => {
    answerOr404(response, await replays.cancel(request.params.id, principalOf(response).name), 'replay')
  })
  return router
}
