import type { FailedEffectView, FailureGroupView } from '../desk/failures.ts'
import type { Desk } from '../desk/index.ts'
import type { Clearance, PersonView } from '../desk/person-view.ts'
import { counted } from './counted.ts'
import { classWord, countedOf } from './failure-words.ts'
import { replayRow } from './replay-page.ts'
import { effectName, effectWord } from './words.ts'

/** What the page is asked for; nothing asks for all. */
export interface FailureQuery {
  kind?: string | undefined
  campaign?: string | undefined
  cause?: string | undefined
  since?: keyof typeof spans | undefined
  cursor?: string | undefined
}

const HOUR_MS = 3_600_000
export const spans = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS } as const

export const spanChoices = [
  { id: 'hour', label: 'in the last hour' },
  { id: 'day', label: 'in the last day' },
  { id: 'week', label: 'in the last week' },
]

const PER_PAGE = 25
const REPLAY = '/dashboard/failures/replay'
const REPLAYS_SHOWN = 5

/** Everything that the live part of the page shows. */
export async function readFailures(
  desk: Pick<Desk, 'failures' | 'replays' | 'people' | 'overview'>,
  { since, cursor, ...rest }: FailureQuery,
  { clearance, now }: { clearance: Clearance; now: number },
) {
  const filter = { ...given(rest), ...(since === undefined ? {} : { since: now - spans[since] }) }
  const [{ failures, nextCursor }, replays] = await Promise.all([
    desk.failures.list(filter as Parameters<typeof desk.failures.list>[0], { limit: PER_PAGE, cursor }, clearance),
    desk.replays.list(REPLAYS_SHOWN),
  ])
  const ids = failures.flatMap(({ sample }) => sample.map(({ journey }) => journey))
  const people = await desk.people.of(ids, clearance)
  const names = desk.overview.campaignNames()
  const asked = { ...given({ ...rest, since }) }
  const total = failures.reduce((sum, { count }) => sum + count, 0)
  return {
    mayAct: clearance === 'full',
    groups: failures.map(group => groupModel(group, people, names, asked)),
    replayAllUrl: failures.length > 1 ? `${REPLAY}?${new URLSearchParams(asked)}` : undefined,
    isFiltered: Object.keys(asked).length > 0,
    isFirst: cursor === undefined,
    nextCursor,
    replays: replays.map(replay => replayRow(replay, names)),
    spoken: `${counted(total, 'failure')} of ${counted(failures.length, 'cause')}.`,
  }
}

function groupModel(
  group: FailureGroupView,
  people: ReadonlyMap<string, PersonView>,
  names: ReadonlyMap<string, string>,
  asked: Record<string, string>,
) {
  const { cause, kind, count, class: name, firstAt, lastAt, test, campaigns, sample } = group
  const word = classWord(name)
  const [last] = sample
  const about = { ...asked, kind, cause }
  return {
    key: `${kind} ${name} ${cause} ${test === true}`,
    cause,
    icon: kind,
    many: countedOf(kind, count),
    word,
    firstAt,
    lastAt,
    isOne: firstAt === lastAt,
    test: test === true,
    campaigns: campaigns.map(
      ({ id, count: own }) => `${names.get(id) ?? id}${campaigns.length > 1 ? ` ${own.toLocaleString('en-US')}` : ''}`,
    ),
    sample: sample.map(effect => ({
      journeyId: effect.journey,
      name: people.get(effect.journey)?.name ?? (effect.leadId === '' ? effectName(kind, effect.rule) : effect.leadId),
      state: effectWord(effect.state),
      nextAt: effect.nextAt,
    })),
    exchange: last && exchangeModel(last),
    isReplayable: kind === 'pixel' || kind === 'sms',
    isOpenQuestion: name === 'UnknownOutcomeError',
    replayUrl: `${REPLAY}?${new URLSearchParams(about)}`,
  }
}

/** The last request of one of them, and what came back. */
function exchangeModel({ exchange, error }: FailedEffectView) {
  if (exchange === undefined) return undefined
  const { method, route, status, request, answer, requestId } = exchange
  return {
    asked: `${method} ${route}`,
    request: request === undefined ? undefined : readable(request),
    answered: status === undefined ? undefined : `HTTP ${status}`,
    code: error?.code,
    answer: answer === undefined ? undefined : readable(answer),
    requestId,
  }
}

/** JSON in lines, as people read it; what is cut off or no JSON stays as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    return body
  }
}

export function given(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
