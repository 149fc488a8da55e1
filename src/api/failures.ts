import { Router } from 'express'
import { z } from 'zod'
import { effectKinds, type FailureDesk } from '../desk/failures.ts'
import { isAtLeast } from '../http/access.ts'
import { PagedListing, parseOr400, principalOf } from './answers.ts'

/** What is left empty asks for nothing. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess(value => (value === '' ? undefined : value), schema.optional())

/** An instant in ISO 8601, as milliseconds. */
const Instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform(text => Date.parse(text))

const fields = {
  kind: optional(z.enum(effectKinds)),
  cause: optional(z.string().max(500)),
  campaign: optional(z.string().max(200)),
  since: optional(Instant),
}
export const FailureFields = z.strictObject(fields)
export const FailureQuery = PagedListing.extend(fields)

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
