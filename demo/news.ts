import type { JourneySummary } from '../src/desk/journey-view.ts'

export interface News {
  elapsedMs: number
  leadId: string
  what: string
  /** Worth a line even where lines are sparse. */
  notable: boolean
}

type Attempt = JourneySummary['attempts'][number]
type Effect = JourneySummary['effects'][number]
type Told = Pick<News, 'what' | 'notable'>

const happened = (what: string): Told => ({ what, notable: false })
const notable = (what: string): Told => ({ what, notable: true })
const words = (name: string) => name.replaceAll('_', ' ')

/** Tells what has happened to each lead since it was last asked. */
export function createNews(): (journeys: readonly JourneySummary[], elapsedMs: number) => News[] {
  const known = new Map<string, JourneySummary>()
  return (journeys, elapsedMs) =>
    journeys.flatMap(journey => {
      const before = known.get(journey.id)
      known.set(journey.id, journey)
      return [...newsBetween(before, journey)].map(told => ({ elapsedMs, leadId: journey.leadId, ...told }))
    })
}

/** Two looks at one journey, the first of them perhaps from before it began. */
function* newsBetween(before: JourneySummary | undefined, now: JourneySummary): Iterable<Told> {
  if (before === undefined) yield happened('came in')
  for (const attempt of now.attempts) {
    const earlier = before?.attempts.find(({ number }) => number === attempt.number)
    yield* newsOfAttempt(earlier?.state, attempt, now)
  }
  for (const effect of now.effects) {
    yield* newsOfEffect(
      before?.effects.find(({ key }) => key === effect.key),
      effect,
    )
  }
  if (now.state === before?.state) return
  if (now.state === 'stopped') yield happened(`stopped: ${words(now.reason ?? 'no reason given')}`)
  if (now.state === 'parked') yield notable('waits for a person')
}

function* newsOfAttempt(earlier: Attempt['state'] | undefined, attempt: Attempt, now: JourneySummary): Iterable<Told> {
  const { number, state, outcome, talkMs } = attempt
  if (state === earlier) return
  if (state === 'unknown') {
    yield notable('the answer was lost: was the call placed? The vendor is asked, before anybody dials again')
  }
  if (state !== 'live' && state !== 'ended') return
  if (earlier === 'unknown') yield notable("that call is in the vendor's list: it is followed, not placed again")
  else if (earlier !== 'live') yield happened(number === 1 ? 'is called' : `is called again (call ${number})`)
  if (state !== 'ended' || outcome === undefined) return
  const talk = talkMs === undefined || talkMs === 0 ? '' : ` after ${Math.round(talkMs / 1000)} s of talk`
  const isRetried = now.steps.some(({ kind }) => kind === 'dial')
  yield happened(`${words(outcome)}${talk}${isRetried ? '; to be called again' : ''}`)
}

function* newsOfEffect(earlier: Effect | undefined, effect: Effect): Iterable<Told> {
  const { kind, state, tries } = effect
  if (kind === 'call') {
    const isPutOff = state === 'planned' && tries > (earlier?.tries ?? 0)
    if (isPutOff)
      yield notable(`the vendor throttles (${effect.error?.status ?? effect.error?.code}); dialed a little later`)
    return
  }
  if (state === earlier?.state || state === 'planned' || state === 'intended') return
  if (state === 'done') yield happened(kind === 'sms' ? 'text sent' : 'pixel fired')
  else yield notable(`${kind === 'sms' ? 'text' : 'pixel'} ${state}`)
}
