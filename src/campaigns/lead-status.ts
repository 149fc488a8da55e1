import type { Outcome } from './vocabulary.ts'

/** Those of LeadSail's lead statuses that a call can bring about. */
export type LeadStatus =
  | 'qualified'
  | 'disqualified'
  | 'contacted'
  | 'scheduled_callback'
  | 'no_answer'
  | 'voicemail'
  | 'no_contact'
  | 'dnc'

const reached: Partial<Record<Outcome, LeadStatus>> = {
  qualified: 'qualified',
  disqualified: 'disqualified',
  answered: 'contacted',
  incomplete: 'contacted',
  callback_requested: 'scheduled_callback',
  opted_out: 'dnc',
}

const notReached: Partial<Record<Outcome, LeadStatus>> = {
  voicemail: 'voicemail',
  no_answer: 'no_answer',
  busy: 'no_answer',
  failed: 'no_answer',
}

/**
 * What LeadSail's own table makes of a lead whose last call ended like this. `no_answer` and `voicemail` say there that
 * another attempt follows, `no_contact` that none does. `undefined` where it is not known what the call meant: then the
 * lead stays as it is.
 * https://docs.dev.leadsail.app/docs/guides/leads/lead-statuses
 */
export function leadStatusAfter(outcome: Outcome, isLast: boolean): LeadStatus | undefined {
  return reached[outcome] ?? (isLast && notReached[outcome] !== undefined ? 'no_contact' : notReached[outcome])
}
