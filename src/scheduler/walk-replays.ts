import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { CampaignBook } from '../campaigns/book.ts'
import { judgeReplay, type ReplayRefusal } from '../campaigns/replay-rule.ts'
import type { Clock } from '../clock.ts'
import { describeError, isRedisError } from '../errors.ts'
import type { FailedEffect } from '../ledger/failures.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Change } from '../ledger/journeys.ts'
import { passOver, replayEffect } from '../ledger/replay-effect.ts'
import type { Replay } from '../ledger/replays.ts'
import { isLost } from '../ledger/shard-script.ts'
import { createLogSeldom } from '../log-seldom.ts'
import type { Logger } from '../logger.ts'
import { shardNames } from '../redis/keys.ts'

/** How often is looked for replays that another process was asked for, or died over. */
const LOOK_EVERY_MS = 500

/** After a look that failed (Redis away). */
const RETRY_MS = 250

/** When data is gone a person has to act: there is no hurry. */
const LOST_MS = 5_000

/** A walk takes milliseconds from one wait to the next. One that waits for a Redis that is away is left. */
const STOP_MS = 1_000

/** Failures read at a time: bounds memory, however many have failed. */
const PAGE = 200

/** Effects are taken up together that are due within this time, so that a fast replay is no slower than its rate. */
const TOGETHER_MS = 50

/** Written at once. */
const MAX_AT_ONCE = 100

/** How long a walk waits when nothing may be taken up; a cancel and a stop are heard after it. */
const PAUSE_MS = 100

/**
 * The walk stays no further ahead of the vendor than this: far enough that the way through the queues never leaves the
 * vendor without work, near enough that a vendor which takes nothing is not met by a crowd when it does again.
 */
const AHEAD_MS = 1_000
const MIN_AHEAD = 4

export interface ReplayWalk extends AsyncDisposable {
  start(): void
  /** Somebody has asked for a replay. */
  wake(): void
}

type Parts = { ledger: Ledger; campaigns: CampaignBook; clock: Clock; logger: Logger }

/**
 * Takes failed effects up again, as replays ask for. Any number of processes may run one: each replay is walked by one of
 * them at a time, and what it does to an effect is one transition that nobody can do twice.
 */
export function createReplayWalk(parts: Parts): ReplayWalk {
  const { ledger, logger } = parts
  const seldom = createLogSeldom(() => parts.clock.now())
  const walker = randomUUID()
  const stop = new AbortController()
  const walks = new Map<string, Promise<void>>()
  let running: Promise<void> | undefined
  let nap = new AbortController()

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      let pauseMs = LOOK_EVERY_MS
      try {
        for (const id of await ledger.replays.running()) begin(id)
      } catch (err) {
        pauseMs = RETRY_MS
        if (!stop.signal.aborted) {
          seldom(describeError(err).message, often => logger.warn({ err, ...often }, 'replays.look_failed'))
        }
      }
      await wait(pauseMs, undefined, { signal: AbortSignal.any([stop.signal, nap.signal]) }).catch(() => {})
      nap = new AbortController()
    }
  }

  /** What fails is begun again at the next look, where it was left. */
  function begin(id: string): void {
    if (walks.has(id)) return
    const walk = walkReplay(parts, id, walker, stop.signal)
      .catch(async err => {
        if (stop.signal.aborted) return
        logger[isLost(err) ? 'error' : 'warn']({ replay: id, err }, 'replay.walk_failed')
        await wait(isLost(err) ? LOST_MS : RETRY_MS, undefined, { signal: stop.signal }).catch(() => {})
      })
      .finally(() => walks.delete(id))
    walks.set(id, walk)
  }

  return {
    start() {
      running ??= loop()
    },
    wake: () => nap.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.race([Promise.all([running, ...walks.values()]), wait(STOP_MS, undefined, { ref: false })])
    },
  }
}

/** Walks until all has been met, or somebody else walks, or it is cancelled. */
async function walkReplay(parts: Parts, id: string, walker: string, signal: AbortSignal): Promise<void> {
  const { ledger, logger } = parts
  const replay = await ledger.replays.read(id)
  if (replay === undefined) return void (await ledger.replays.end(id, 'cancelled'))
  const ask = async (count: number) => ledger.replays.turn(id, walker, replay.perSecond, count)
  const isOurs = async () => !signal.aborted && (await ask(0)).result === 'granted'
  if (!(await isOurs())) return

  const shards = shardNames(ledger.identity.shards)
  let { shard: index, place } = await ledger.replays.walkPlace(id)
  while (index < shards.length) {
    if (!(await isOurs())) return
    const shard = shards[index] ?? ''
    const page = await ledger.failures.page(shard, replay.filter, place, PAGE)
    if (!(await takePage(parts, replay, await ledger.failures.look(shard, page.refs), { ask, signal }))) return
    place = page.next
    if (place === undefined) index += 1
    await ledger.replays.keepPlace(id, { shard: index, ...(place === undefined ? {} : { place }) })
  }
  if (!(await ledger.replays.end(id, 'done'))) return
  const { done, refusals } = (await ledger.replays.read(id)) ?? replay
  logger.info({ replay: id, matched: replay.matched, done, refusals }, 'replay.done')
}

interface Leave {
  ask: (count: number) => ReturnType<Ledger['replays']['turn']>
  signal: AbortSignal
}

/** `false` when the walk must end before its page does. */
async function takePage(
  parts: Parts,
  replay: Replay,
  failures: readonly FailedEffect[],
  leave: Leave,
): Promise<boolean> {
  const statuses = new Map<string, Promise<boolean>>()
  const isCampaignCancelled = (campaign: string) => {
    const known = statuses.get(campaign) ?? isCancelled(parts, campaign)
    statuses.set(campaign, known)
    return known
  }
  const cases = await Promise.all(
    failures
      .filter(({ effect }) => effect.replay?.id !== replay.id && effect.notReplayed !== replay.id)
      .map(async failure => {
        const around = {
          isCampaignCancelled: await isCampaignCancelled(failure.journey.campaign),
          isSuppressed: await isSuppressed(parts, failure),
        }
        return { failure, around, refusal: judge(parts, failure, around, parts.clock.now()) }
      }),
  )
  const left = cases.filter(({ refusal }) => refusal === undefined)
  const refused = cases.filter(({ refusal }) => refusal !== undefined)
  for (let at = 0; at < refused.length; at += MAX_AT_ONCE) {
    const some = refused.slice(at, at + MAX_AT_ONCE)
    const written = await Promise.all(some.map(one => settle(parts, replay, one, false)))
    left.push(...some.filter((_, index) => written[index] === 'needs_leave'))
  }
  const together = Math.min(MAX_AT_ONCE, Math.max(1, Math.floor((replay.perSecond * TOGETHER_MS) / 1000)))
  for (let at = 0; at < left.length; at += together) {
    const some = left.slice(at, at + together)
    if (!(await leaveFor(parts, replay, some.length, leave))) return false
    await Promise.all(some.map(one => settle(parts, replay, one, true)))
  }
  return true
}

/** Waits until so many may be taken up; `false` when the walk must end instead. */
async function leaveFor({ ledger }: Parts, replay: Replay, count: number, { ask, signal }: Leave): Promise<boolean> {
  const ahead = Math.max(MIN_AHEAD, Math.ceil((replay.perSecond * AHEAD_MS) / 1000))
  while (!signal.aborted) {
    const isCrowded = (await ledger.replays.waiting(replay.id)) + count > ahead
    const turn = await ask(isCrowded ? 0 : count)
    if (turn.result === 'over' || turn.result === 'held') return false
    const pauseMs = isCrowded ? PAUSE_MS : turn.inMs
    if (pauseMs > 0) await wait(Math.min(pauseMs, PAUSE_MS), undefined, { signal }).catch(() => {})
    if (turn.result === 'granted' && !isCrowded) return !signal.aborted
  }
  return false
}

interface Around {
  isCampaignCancelled: boolean
  isSuppressed: boolean
}

type Judged = Pick<FailedEffect, 'effect'> & { journey: Pick<FailedEffect['journey'], 'campaign' | 'stop'> }

function judge(
  { campaigns }: Parts,
  { journey, effect }: Judged,
  around: Around,
  now: number,
): ReplayRefusal | undefined {
  const campaign = campaigns.get(journey.campaign)
  return judgeReplay({ ...around, effect, campaign, isCancelled: journey.stop?.reason === 'cancelled' }, now)
}

async function isCancelled({ ledger }: Parts, campaign: string): Promise<boolean> {
  return (await ledger.control.read(campaign)).status === 'cancelled'
}

async function isSuppressed({ ledger }: Parts, { ref, journey }: FailedEffect): Promise<boolean> {
  if (ref.kind !== 'sms') return false
  const shard = shardOfJourney(ref.journeyId) ?? ''
  return (await ledger.people.read({ id: journey.person, shard })).suppressed.includes('sms')
}

/**
 * One transition: takes the effect up, or says why not. Whatever has become of it meanwhile counts: one that stands no
 * more, or began to fail after the replay was asked for, is left alone.
 */
async function settle(
  parts: Parts,
  replay: Replay,
  { failure: { ref }, around }: { failure: FailedEffect; around: Around },
  mayTakeUp: boolean,
): Promise<'settled' | 'needs_leave'> {
  const { id, by, filter } = replay
  let needsLeave = false
  const change: Change = draft => {
    const { journey, now } = draft
    const effect = journey.effects.find(({ kind, rule }) => kind === ref.kind && rule === ref.rule)
    if (effect?.failure === undefined || effect.failure.firstAt > (filter.until ?? now)) return false
    if (effect.replay?.id === id || effect.notReplayed === id) return false
    const refusal = judge(parts, { journey, effect }, around, now)
    needsLeave = refusal === undefined && !mayTakeUp
    if (needsLeave) return false
    if (refusal === undefined) replayEffect(draft, effect, { replay: id, by })
    else passOver(draft, effect, { replay: id, by }, refusal)
    return undefined
  }
  try {
    await parts.ledger.journeys.transition(ref.journeyId, change)
  } catch (err) {
    // One record that cannot be opened must not keep all others waiting for ever.
    if (isRedisError(err)) throw err
    parts.logger.error({ replay: id, journeyId: ref.journeyId, err }, 'replay.effect_failed')
  }
  return needsLeave ? 'needs_leave' : 'settled'
}
