import { z } from 'zod'
import { IdPart, idInJson } from '../own-id.ts'
import type { Source } from '../source.ts'
import { isOneOf, only } from '../verify.ts'

const OfSubmission = z.object({ event: IdPart, submissionId: IdPart, timestamp: IdPart })
const OfLead = z.object({ event: IdPart, leadId: IdPart, timestamp: IdPart })
const Named = OfSubmission.transform(({ event, submissionId, timestamp }) => [event, submissionId, timestamp]).or(
  OfLead.transform(({ event, leadId, timestamp }) => [event, leadId, timestamp]),
)

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

    ownId: ({ raw }) => idInJson(raw, Named),
  }
}

/** The header that LeadSail is set up to send; for samples and tests. */
export function signLeadSail(secret: string): Record<string, string> {
  return { 'x-webhook-secret': secret }
}
