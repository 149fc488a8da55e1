import { Router } from 'express'
import { z } from 'zod'
import { effectKinds, type FailureDesk } from '../desk/failures.ts'
import { isAtLeast } from '../http/access.ts'
import { optional, PagedListing, parseOr400, principalOf } from './answers.ts'

/** An instant in ISO 8601, as milliseconds. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform(text => Date.parse(text))

const fields = {
  kind: z.enum(effectKinds),
  cause: z.string().min(1).max(500),
  campaign: z.string().min(1).max(200),
  since: Instant,
}

/** In a body, where an empty value is a mistake: taken for none, it would make the filter wider. */
export const FailureFields = z.strictObject(fields).partial()

export const FailureQuery = PagedListing.extend({
  kind: optional(fields.kind),
  cause: optional(fields.cause),
  campaign: optional(fields.campaign),
  since: optional(fields.since),
})

/** Leaves out what was not given. */
export function filterOf({ kind, cause, campaign, since }: z.output<typeof FailureFields>) {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(cause === undefined ? {} : { cause }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(since === undefined ? {} : { since }),
  }
}

/** `GET /failures`: effects that have gone wrong, grouped by what went wrong. */
export function createFailureRoutes(failures: FailureDesk): Router {
  const router = Router()
  router.get('/', async (request, response) => {
    const query = parseOr400(FailureQuery, request.query, response)
    if (query === undefined) return
    const clearance = isAtLeast(principalOf(response), 'operator') ? 'full' : 'masked'
    response.json(await failures.list(filterOf(query), query, clearance))
  })
  return router
}
