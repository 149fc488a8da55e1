import express, { Router } from 'express'
import { z } from 'zod'
import type { DryRunDesk } from '../desk/dry-run.ts'
import { sendProblem } from '../http/problem.ts'
import { parseOr400 } from './answers.ts'

/** Newest journeys that are looked at unless asked otherwise: enough for a picture, quick enough to wait for. */
const LIMIT = 1_000
const MAX_LIMIT = 100_000

export const DryRunQuery = z.object({
  since: z
    .union(
      [z.iso.datetime({ offset: true }), z.iso.date()],
      'must be a date, or a date and time such as 2026-12-01T09:00:00Z',
    )
    .transform(text => Date.parse(text))
    .optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(LIMIT),
})

/** A campaign's rules, or others, against its past journeys: what would have been sent. Nothing is sent. */
export function createDryRunRoutes(dryRuns: DryRunDesk): Router {
  const router = Router()
  // As large as a campaign file may be. JSON is YAML, so any type will do.
  router.post('/:id/dryrun', express.text({ type: () => true, limit: 262_144 }), async (request, response) => {
    const query = parseOr400(DryRunQuery, request.query, response)
    if (query === undefined) return
    const gone = new AbortController()
    const isGone = new Error('nobody waits for the dry run any more')
    response.once('close', () => gone.abort(isGone))
    const { limit, since } = query
    const text = rulesIn(request.body)
    const asked = { limit, signal: gone.signal, ...(text && { text }), ...(since !== undefined && { sinceAt: since }) }
    const answer = await dryRuns.run(String(request.params['id']), asked).catch(error => {
      if (error !== isGone) throw error
    })
    switch (answer?.result) {
      case undefined:
        break
      case 'done':
        response.json(answer.dryRun)
        break
      case 'unknown_campaign':
        sendProblem(response, 404, `no campaign ${request.params['id']} is loaded`)
        break
      case 'faulty':
        sendProblem(response, 422, answer.faults.map(told).join('; '), { errors: answer.faults })
        break
    }
  })
  return router
}

/** A body that says nothing asks for the rules in force. */
function rulesIn(body: unknown): string | undefined {
  return typeof body === 'string' && !['', '{}'].includes(body.trim()) ? body : undefined
}

function told({ line, path, reason }: { line: number; path: string; reason: string }): string {
  return `line ${line}${path === '' ? '' : ` ${path}`}: ${reason}`
}
