import type { Interaction, InteractionMessage, ListedLead } from '../clients/ports.ts'

/** What in a vendor's list could be the effect whose answer was lost. Pure. */

export interface CallTrace {
  campaignId?: string | undefined
  /** What the campaign knows its calls by, where that is not the vendor's campaign. */
  accounts?: readonly string[] | undefined
  /** The span in which the call would have been created, skew included, ms. */
  from: number
  to: number
}

/**
 * Outbound calls of this campaign from the time of the intent, out of a list that holds this lead's only. What the vendor
 * does not say counts as fitting, and so does a call to another number of the lead: this errs towards not calling again.
 */
export function callCandidates(interactions: readonly Interaction[], trace: CallTrace): Interaction[] {
  return interactions.filter(
    ({ type, direction, campaignId, account, createdAt }) =>
      isCall(type, account, trace) &&
      direction !== 'inbound' &&
      (campaignId === undefined || trace.campaignId === undefined || campaignId === trace.campaignId) &&
      (account === undefined || trace.accounts === undefined || trace.accounts.includes(account)) &&
      (createdAt === undefined || (createdAt >= trace.from && createdAt <= trace.to)),
  )
}

/** Where an agent writes instead of calling, a conversation on the campaign's channel is the call. */
function isCall(type: string, account: string | undefined, { accounts = [] }: CallTrace): boolean {
  return type === 'call' || type === 'conversation' || (account !== undefined && accounts.includes(account))
}

export interface LeadTrace {
  /** E.164. */
  phone: string
  /** The span in which the lead would have been created, skew included, ms. */
  from: number
  to: number
}

/**
 * Leads with this number from the time of the intent, out of a list that was asked for by number and campaign. What the
 * vendor does not say counts as fitting: a lead whose creation is not dated is taken rather than created again.
 */
export function leadCandidates(leads: readonly ListedLead[], trace: LeadTrace): ListedLead[] {
  return leads.filter(
    ({ phone, createdAt }) =>
      (phone === undefined || isSameNumber(phone, trace.phone)) &&
      (createdAt === undefined || (createdAt >= trace.from && createdAt <= trace.to)),
  )
}

/** With fewer it is no whole number and tells nothing. */
const LEAST_DIGITS = 7

/** Whether a number in the vendor's writing, perhaps without its country code, may be this one. */
function isSameNumber(written: string, e164: string): boolean {
  const digits = written.replace(/\D/g, '').replace(/^0+/, '')
  return digits.length < LEAST_DIGITS || e164.endsWith(digits)
}

export interface TextTrace {
  text: string
  from: number
}

export interface TextCandidate {
  /** Names this message among all messages of the vendor. */
  id: string
  interactionId: string
  at: number | undefined
}

/** Messages with this text that came by the API since the intent. A reply of the lead in between changes nothing. */
export function textCandidates(interactions: readonly Interaction[], trace: TextTrace): TextCandidate[] {
  const isOurs = ({ source, text, at }: InteractionMessage) =>
    (source === undefined || source === 'api') && text === trace.text && (at === undefined || at >= trace.from)
  return interactions
    .filter(({ type }) => type === 'sms')
    .flatMap(({ interactionId, messages }) =>
      messages.flatMap((message, index) =>
        isOurs(message) ? [{ id: `${interactionId}#${message.at ?? index}`, interactionId, at: message.at }] : [],
      ),
    )
}

/**
 * Leaves out the messages that are known to be somebody else's: each text that surely went out explains the message
 * nearest to its time.
 * @param sentAt when other texts with the same words were sent to this number, ms
 */
export function unexplained(candidates: readonly TextCandidate[], sentAt: readonly number[]): TextCandidate[] {
  const left = [...candidates]
  for (const at of sentAt) {
    const nearest = left.reduce((best, candidate, index) => {
      const distance = (entry: TextCandidate | undefined) => Math.abs((entry?.at ?? Number.POSITIVE_INFINITY) - at)
      return distance(candidate) < distance(left[best]) ? index : best
    }, 0)
    left.splice(nearest, 1)
  }
  return left
}
