import type { Truth } from '../simulator/truth.ts'
import type { CampaignView } from '../src/desk/campaigns.ts'
import type { JourneySummary } from '../src/desk/journey-view.ts'
import { followUps, MAX_ATTEMPTS, retries } from './campaign.ts'
import { judgeFollowUp } from './judge-follow-up.ts'

export const faultKinds = [
  'double call',
  'double text',
  'double pixel',
  'double journey',
  'lost event',
  'lost attempt',
  'lost text',
  'lost pixel',
  'wrong record',
  'stuck',
  'unfinished',
] as const

/** A promise that was broken for one lead. */
export interface Fault {
  kind: (typeof faultKinds)[number]
  leadId: string
  journeyId?: string
  detail: string
}

export type VendorTruth = Pick<Truth, 'calls' | 'texts' | 'pixels' | 'duplicates'>

export interface Evidence {
  journeys: readonly JourneySummary[]
  progress: CampaignView['progress'] | undefined
  truth: VendorTruth
  /** Event id by lead id, of every event that was answered with a 2xx. */
  accepted: ReadonlyMap<string, string>
  now: number
}

const OVER = new Set(['done', 'stopped', 'parked'])
const OPEN_EFFECTS = new Set(['planned', 'intended', 'unknown'])

/**
 * Holds what the service says against what the vendor knows. Pure. Each lead has one event, so one journey:
 * - a double call is a call at the vendor that no attempt is linked to, beyond one for each call effect whose result is
 *   openly unknown (parked); or two calls at once to one number;
 * - a double text or pixel is a second trace of one rule for one lead;
 * - a loss is an accepted event without its journey, an attempt or follow-up that the rules ask for and that is neither
 *   at the vendor nor parked;
 * - stuck is a journey that is not over and has nothing to come, or is over with something left to do.
 */
export function judge(evidence: Evidence): Fault[] {
  const { journeys, truth, accepted } = evidence
  const byLead = Map.groupBy(journeys, journey => journey.leadId)
  const calls = Map.groupBy(truth.calls, call => call.leadId)
  const texts = Map.groupBy(truth.texts, text => text.leadId)
  const pixels = Map.groupBy(truth.pixels, pixel => pixel.leadId)
  const faults: Fault[] = [...tallyFaults(evidence)]

  for (const leadId of new Set([...accepted.keys(), ...byLead.keys(), ...calls.keys()])) {
    const own = byLead.get(leadId) ?? []
    const eventId = accepted.get(leadId)
    if (eventId !== undefined && !own.some(journey => journey.eventId === eventId)) {
      faults.push({ kind: 'lost event', leadId, detail: `${eventId} was taken and has no journey` })
    }
    if (own.length > 1) {
      faults.push({ kind: 'double journey', leadId, detail: own.map(({ id }) => id).join(', ') })
    }
    faults.push(...callFaults(leadId, own, calls.get(leadId) ?? []))
    for (const journey of own) {
      const open = openFault(journey, evidence.now)
      if (open !== undefined) {
        faults.push(open)
        continue
      }
      faults.push(...attemptFaults(journey))
      for (const rule of followUps) {
        const traces =
          rule.kind === 'sms'
            ? (texts.get(leadId) ?? []).filter(({ text }) => text === rule.trace).length
            : (pixels.get(leadId) ?? []).filter(({ eventName }) => eventName === rule.trace).length
        faults.push(...judgeFollowUp(journey, rule, traces))
      }
    }
  }
  for (const { phone, interactionIds } of truth.duplicates?.calls ?? []) {
    const leadId = truth.calls.find(call => call.phone === phone)?.leadId ?? phone
    faults.push({ kind: 'double call', leadId, detail: `at once to one number: ${interactionIds.join(', ')}` })
  }
  return faults
}

/** Counted at the vendor against what the attempts are linked to. */
function* callFaults(leadId: string, own: readonly JourneySummary[], calls: Truth['calls']): Iterable<Fault> {
  const journeyId = own[0] === undefined ? {} : { journeyId: own[0].id }
  const about = { leadId, ...journeyId }
  const links = own.flatMap(({ attempts }) => attempts.flatMap(({ interactionId }) => interactionId ?? []))
  const linked = new Set(links)
  if (linked.size < links.length) yield { kind: 'wrong record', ...about, detail: 'two attempts share one call' }

  const unlinked = calls.filter(({ interactionId }) => !linked.has(interactionId))
  const allowed = own.reduce((sum, journey) => sum + openCalls(journey), 0)
  if (unlinked.length > allowed) {
    const ids = unlinked.map(({ interactionId }) => interactionId).join(', ')
    yield {
      kind: 'double call',
      ...about,
      detail: `calls of no attempt: ${ids}; calls openly unknown: ${allowed}`,
    }
  }
  for (const attempt of own.flatMap(({ attempts }) => attempts)) {
    if (attempt.interactionId === undefined) continue
    const call = calls.find(({ interactionId }) => interactionId === attempt.interactionId)
    if (call === undefined) {
      yield { kind: 'wrong record', ...about, detail: `the vendor knows no ${attempt.interactionId}` }
    } else if (attempt.state === 'ended' && attempt.status !== call.outcome) {
      const detail = `attempt ${attempt.number} ended as ${attempt.status}, the call as ${call.outcome}`
      yield { kind: 'wrong record', ...about, detail }
    }
  }
}

/** Call effects of which the service itself says that it does not know: each may have one call. */
function openCalls({ effects, attempts }: JourneySummary): number {
  return effects.filter(({ kind, state, rule }) => {
    const attempt = attempts.find(({ number }) => String(number) === rule)
    return kind === 'call' && ['intended', 'unknown', 'parked'].includes(state) && attempt?.interactionId === undefined
  }).length
}

function openFault(journey: JourneySummary, now: number): Fault | undefined {
  const { id: journeyId, leadId, state, steps, effects } = journey
  const open = effects.filter(effect => OPEN_EFFECTS.has(effect.state))
  if (OVER.has(state) && steps.length === 0 && open.length === 0) return undefined
  const next = steps.map(step => Date.parse(step.dueAt))
  const kind = next.some(dueAt => dueAt > now) ? 'unfinished' : 'stuck'
  const todo = steps.map(step => `${step.kind} ${step.ref} due ${step.dueAt}`).join(', ') || 'nothing to come'
  const effectsSay = open.map(effect => `${effect.key} ${effect.state}`).join(', ')
  return { kind, leadId, journeyId, detail: `${state}: ${todo}${effectsSay === '' ? '' : `; ${effectsSay}`}` }
}

/** Every ended attempt either was the last one by the rules, or has its successor. */
function* attemptFaults({ id: journeyId, leadId, attempts, effects, state, reason }: JourneySummary): Iterable<Fault> {
  const about = { leadId, journeyId }
  if (attempts.length === 0) {
    const isParked = effects.some(effect => effect.kind === 'call' && effect.state === 'parked')
    if (!isParked) yield { kind: 'lost attempt', ...about, detail: `${state} ${reason ?? ''} without a call` }
  }
  const seen: Record<string, number> = {}
  for (const { number, state: ended, outcome = '' } of attempts) {
    if (ended === 'refused') yield { kind: 'lost attempt', ...about, detail: `attempt ${number} was refused` }
    if (ended !== 'ended') continue
    seen[outcome] = (seen[outcome] ?? 0) + 1
    const wanted = retries[outcome]?.[seen[outcome] - 1] !== undefined && number < MAX_ATTEMPTS
    const has = effects.some(effect => effect.kind === 'call' && effect.rule === String(number + 1))
    if (wanted && !has) yield { kind: 'lost attempt', ...about, detail: `none after ${outcome} of attempt ${number}` }
    if (!wanted && has) yield { kind: 'wrong record', ...about, detail: `a call after ${outcome} of attempt ${number}` }
  }
}

/** The counters must say what the records say. */
function* tallyFaults({ journeys, progress }: Evidence): Iterable<Fault> {
  const counted = Object.fromEntries(
    [...Map.groupBy(journeys, ({ state }) => state)].map(([s, own]) => [s, own.length]),
  )
  for (const [state, count] of Object.entries(progress ?? {})) {
    const real = state === 'total' ? journeys.length : (counted[state] ?? 0)
    if (count !== real) {
      yield { kind: 'wrong record', leadId: '-', detail: `progress says ${count} ${state}, there are ${real}` }
    }
  }
}
