import type { InteractionMessage } from './ports.ts'

/** What of a call log tells how the call went. */
export interface CallTraces {
  /** `meta.callStatus` of the call's message, where that was read. */
  callStatus?: string | undefined
  /** `actionType` of what was done during the call. */
  actions: readonly string[]
  talkMs?: number | undefined
  messages: readonly InteractionMessage[]
}

/** Words of the message for a call that reached nobody. */
const unreached: ReadonlySet<string> = new Set(['busy', 'no-answer', 'failed', 'canceled', 'voicemail'])
/** Words of the message for a call that was connected; what was done in it says more. */
const reached: ReadonlySet<string> = new Set(['completed', 'answered'])

/** What was done during a call, as a status: from what matters most. */
const statusOfAction = [
  ['APPOINTMENT_BOOKING', 'appointment_booked'],
  ['CALL_TRANSFER', 'transferred'],
] as const

/**
 * How a call went, for its log holds no status: from the call's message where it says that nobody was reached, else from
 * what was done during the call, else from the message, else from whether anything was said. A word of the message that
 * the reference does not print is the status as it is. Without any trace it is `unknown`.
 * https://github.com/GoHighLevel/highlevel-api-docs/blob/main/apps/conversations.json (`MessageMeta.callStatus`)
 */
export function statusOf({ callStatus, actions, talkMs, messages }: CallTraces): string {
  const told = callStatus?.toLowerCase()
  // A call that is over is no longer `pending`, whatever its message says by now.
  const word = told === 'pending' ? undefined : told
  if (word !== undefined && !reached.has(word)) return word
  const done = statusOfAction.find(([action]) => actions.includes(action))
  if (done !== undefined) return done[1]
  if (word !== undefined) return word
  if (messages.length > 0 || (talkMs ?? 0) > 0) return 'completed'
  return talkMs === undefined ? 'unknown' : 'no-answer'
}

/**
 * Whether a person spoke. The greeting of an answering machine is written down as a person's words, so a status of nobody
 * reached goes before them; `undefined` where there is no transcript to tell.
 */
export function wasSpokenTo(status: string, { messages, talkMs }: CallTraces): boolean | undefined {
  if (unreached.has(status)) return false
  if (messages.length === 0) return talkMs === 0 ? false : undefined
  return messages.some(({ role, text }) => role === 'user' && text !== '')
}
