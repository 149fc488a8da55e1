import { z } from 'zod'
import { readJson } from '../../sources/json-body.ts'
import type { Source } from '../source.ts'
import { isOneOf, only } from '../verify.ts'

/** Empty parts name nothing: two leads whose ids are missing must not be taken for one event. */
const part = z.union([z.string().min(1), z.number()]).transform(String)
const Named = z
  .object({ event: part, submissionId: part, timestamp: part })
  .or(z.object({ event: part, leadId: part, timestamp: part }))

/**
 * LeadSail signs nothing and offers custom headers: a long random value in `X-Webhook-Secret` is the proof. It sends no
 * delivery id either, so an event is named by what it says.
 * Source: https://docs.dev.leadsail.app/docs/guides/campaigns/webhooks
 */
export function createLeadSailSource(secrets: readonly string[]): Source {
  return {
    name: 'leadsail',
    busyStatus: 503,

    isAuthentic({ headers }) {
      const given = only(headers, 'x-webhook-secret')
      return given !== undefined && isOneOf(given, secrets)
    },

    ownId({ raw }) {
      let body: unknown
      try {
        body = readJson(raw)
      } catch {
        return undefined
      }
      const named = Named.safeParse(body)
      if (!named.success) return undefined
      const { event, timestamp, ...rest } = named.data
      return JSON.stringify([event, 'submissionId' in rest ? rest.submissionId : rest.leadId, timestamp])
    },
  }
}

/** The header that LeadSail is set up to send; for samples and tests. */
export function signLeadSail(secret: string): Record<string, string> {
  return { 'x-webhook-secret': secret }
}
