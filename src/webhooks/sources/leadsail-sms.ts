import type { Source } from '../source.ts'
import { isOneOf } from '../verify.ts'

/**
 * LeadSail's SMS agent webhook: it signs nothing and takes a URL alone, so a long random value in the path is the proof.
 * It has no id of its own: the body names it.
 * Source: https://docs.dev.leadsail.app/docs/guides/sms-agents/configuration
 */
export function createLeadSailTextSource(secrets: readonly string[]): Source {
  return {
    name: 'leadsail-sms',
    busyStatus: 503,
    hasPathSecret: true,
    isAuthentic: ({ pathSecret = '' }) => isOneOf(pathSecret, secrets),
    ownId: () => undefined,
    mayOptOut: () => true,
  }
}
