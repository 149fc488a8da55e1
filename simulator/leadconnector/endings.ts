import { isSpoken } from '../leadsail/outcomes.ts'
import type { ActionType } from './control.ts'

/** How a call ends, out of one word. */
export interface Ending {
  /** `meta.callStatus` of its message. */
  callStatus: string
  spokenTo: boolean
  actions: readonly ActionType[]
  /** The word by which conversations are made up. */
  talk: string
}

/** Other spellings of what a call came to. */
const alike: Record<string, string> = {
  'no-answer': 'no_answer',
  no_contact: 'no_answer',
  appointment_booked: 'qualified',
  cancelled: 'canceled',
}

/** LeadConnector's own words, by the one that decides the talk. */
const callStatuses: Record<string, string> = {
  no_answer: 'no-answer',
  busy: 'busy',
  voicemail: 'voicemail',
  failed: 'failed',
  canceled: 'canceled',
  answered: 'answered',
}

const talks = new Set([
  'completed',
  'qualified',
  'transferred',
  'disqualified',
  'incomplete',
  'scheduled_callback',
  'follow_up',
  'dnc',
])

/**
 * The words of LeadSail's calls hold here too: what they say beyond the connection lies in what was done during the call.
 * A word of neither is the call's status as it is.
 */
export function endingOf(status: string): Ending {
  const talk = alike[status] ?? status
  const callStatus = callStatuses[talk] ?? (talks.has(talk) ? 'completed' : talk)
  const spokenTo = isSpoken(talk) && talk !== 'canceled'
  return { callStatus, spokenTo, actions: spokenTo ? actionsOf(talk) : [], talk }
}

function actionsOf(talk: string): ActionType[] {
  // Every talk looks something up at another system, whose keys then stand in its log.
  if (talk === 'qualified') return ['CUSTOM_ACTION', 'APPOINTMENT_BOOKING']
  return talk === 'transferred' ? ['CUSTOM_ACTION', 'CALL_TRANSFER'] : ['CUSTOM_ACTION']
}
