import type { JourneySummary } from '../desk/journey-view.ts'
import type { PersonView } from '../desk/person-view.ts'
import { attemptWord, effectWord, humanise, lookUp, outcomeWord, stateWord, type Tone, type Word } from './words.ts'

/** A journey as a row of a table. */
export interface JourneyRow {
  id: string
  leadId: string
  person: PersonView
  campaign: string
  state: Word
  /** What happened to it so far, oldest first. */
  trail: { icon: string; label: string; tone: Tone }[]
  /** What the row's time is: `Next`, `Ended` or `Began`. */
  when: { label: string; at: string }
  test: boolean
}

/** Marks beyond this many are cut from the beginning: what came last matters most. */
const MAX_TRAIL = 6

export function journeyRow(
  journey: JourneySummary,
  person: PersonView,
  campaignNames: ReadonlyMap<string, string>,
): JourneyRow {
  const { id, leadId, campaign, state, test, nextAt, endedAt, createdAt } = journey
  return {
    id,
    leadId,
    person,
    campaign: campaignNames.get(campaign) ?? campaign,
    state: stateWord(state),
    trail: trailOf(journey).slice(-MAX_TRAIL),
    when:
      endedAt !== undefined
        ? { label: 'Ended', at: endedAt }
        : nextAt !== undefined && state !== 'in_call' && state !== 'dialing'
          ? { label: 'Next', at: nextAt }
          : { label: 'Began', at: createdAt },
    test: test === true,
  }
}

function trailOf({ attempts, effects, reason }: JourneySummary): JourneyRow['trail'] {
  const calls = attempts.map(attempt => ({
    icon: 'call',
    ...(attempt.outcome === undefined ? attemptWord(attempt.state) : outcomeWord(attempt.outcome)),
  }))
  const marksOf = (wanted: (effect: JourneySummary['effects'][number]) => boolean) =>
    effects.filter(wanted).map(({ kind, state }) => ({
      icon: kind,
      label: `${lookUp(nouns, kind) ?? humanise(kind)} ${verbOf(kind, state)}`,
      tone: effectWord(state).tone,
    }))
  // Created or handed over before the first call, and no news until something came of it.
  const isBefore = (kind: string) => kind === 'lead' || kind === 'handover'
  const leads = marksOf(({ kind, state }) => isBefore(kind) && state !== 'skipped' && state !== 'planned')
  const others = marksOf(({ kind, state }) => kind !== 'call' && !isBefore(kind) && state !== 'skipped')
  const end = reason === undefined ? [] : [{ icon: 'stop', label: humanise(reason), tone: 'quiet' as const }]
  return [...leads, ...calls, ...others, ...end]
}

const nouns: Record<string, string> = { sms: 'Text', pixel: 'Pixel', lead: 'Lead', handover: 'Hand-over' }
const verbs: Record<string, string> = { done: 'sent', intended: 'under way' }

function verbOf(kind: string, state: string): string {
  if (kind === 'pixel' && state === 'done') return 'fired'
  if (kind === 'lead' && state === 'done') return 'created'
  if (kind === 'handover' && state === 'done') return 'done'
  return lookUp(verbs, state) ?? humanise(state).toLowerCase()
}
