import type { CampaignBook } from '../campaigns/book.ts'
import { judgeReplay, type ReplayRefusal } from '../campaigns/replay-rule.ts'
import type { Clock } from '../clock.ts'
import type { FailureRef } from '../ledger/failure.ts'
import type { FailedEffect, FailureFilter } from '../ledger/failures.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect } from '../ledger/journey.ts'
import type { Replay } from '../ledger/replays.ts'
import type { Logger } from '../logger.ts'
import { shardNames } from '../redis/keys.ts'
import { type FailedEffectView, viewEffects } from './failures.ts'

/** What a replay would do now. */
export interface DryRun {
  /** Failures that fit. */
  count: number
  /** How many of them were looked at one by one: all, unless there are very many. */
  looked: number
  /** Of those looked at, how many would be taken up. */
  replayable: number
  /** Some of these. */
  sample: FailedEffectView[]
  /** Of those looked at, what would not be taken up, and why. */
  refusals: { reason: ReplayRefusal; count: number; sample: FailedEffectView[] }[]
  /** How fast it would go unless somebody says otherwise, and at most. */
  perSecond: { default: number; most: number }
}

export interface ReplayView {
  id: string
  status: Replay['status']
  /** Failures that fitted when it was asked for. */
  matched: number
  /** Taken up: to be tried anew. */
  done: number
  /** Left alone. */
  refused: number
  /** The same by reason. `no_longer_failing` went well or was given up by itself before it was its turn. */
  refusals: Record<string, number>
  /** Where those stand that were taken up. */
  standing: Replay['standing']
  filter: { kind?: string; cause?: string; campaign?: string; since?: string }
  perSecond: number
  by: string
  createdAt: string
  endedAt?: string
}

export interface ReplayDesk {
  dryRun(filter: FailureFilter): Promise<DryRun>
  /** @param perSecond effects a second; bounded by what the vendors' accounts allow */
  start(filter: FailureFilter, perSecond: number | undefined, by: string): Promise<ReplayView>
  show(id: string): Promise<ReplayView | undefined>
  /** Newest first. */
  list(limit: number): Promise<ReplayView[]>
  /** Takes up no more. `undefined` when there is no such replay; one that is over stays as it is. */
  cancel(id: string, by: string): Promise<ReplayView | undefined>
}

/** Failures that a dry run looks at one by one: some seconds of work at most. */
const MAX_LOOKED = 20_000
const PAGE = 500
const SAMPLE = 5

/** By default half of an account's requests are left to calls and to what goes on beside. */
const DEFAULT_SHARE = 0.5

/** A replay may be a little faster than the account, which holds the rest back: it is never idle for want of work. */
const MOST_SHARE = 1.25

/** Where nothing says how much an account allows. */
const UNKNOWN_RATE = 10

const iso = (ms: number) => new Date(ms).toISOString()

export function createReplayDesk(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  logger: Logger
  /** Requests per second that each vendor account allows. */
  dialsPerSecond: (account: string) => number
  /** Told that there is a replay to be walked. */
  onReplayAsked: () => void
}): ReplayDesk {
  const { ledger, campaigns, clock, logger } = parts
  const { replays, failures } = ledger

  async function show(id: string): Promise<ReplayView | undefined> {
    const replay = await replays.read(id)
    return replay && replayView(replay)
  }

  /** By the accounts that the matching effects are sent through: the slowest of them by default, the fastest at most. */
  async function ratesFor(filter: FailureFilter): Promise<DryRun['perSecond']> {
    const groups = await failures.groups(filter, 0)
    const accounts = groups.flatMap(({ kind, campaigns: of }) =>
      of.flatMap(
        ({ id }) => campaigns.get(id)?.followUps.flatMap(({ act }) => (act.kind === kind ? act.via : [])) ?? [],
      ),
    )
    const rates = [...new Set(accounts)].map(account => parts.dialsPerSecond(account)).filter(rate => rate > 0)
    if (rates.length === 0) rates.push(UNKNOWN_RATE)
    return { default: round(Math.min(...rates) * DEFAULT_SHARE), most: round(Math.max(...rates) * MOST_SHARE) }
  }

  async function judged(found: readonly FailedEffect[]) {
    const statuses = new Map<string, Promise<boolean>>()
    const isCancelled = (id: string) => {
      const known = statuses.get(id) ?? ledger.control.read(id).then(({ status }) => status === 'cancelled')
      statuses.set(id, known)
      return known
    }
    return Promise.all(
      found.map(async ({ ref, journey, effect }) => {
        const shard = shardOfJourney(journey.id) ?? ''
        const person = effect.kind === 'sms' ? await ledger.people.read({ id: journey.person, shard }) : undefined
        const facts = {
          effect,
          isCancelled: journey.stop?.reason === 'cancelled',
          campaign: campaigns.get(journey.campaign),
          isCampaignCancelled: await isCancelled(journey.campaign),
          isSuppressed: person?.suppressed.includes('sms') ?? false,
        }
        return { ref, refusal: judgeReplay(facts, clock.now()) }
      }),
    )
  }

  async function* pages(filter: FailureFilter): AsyncGenerator<FailedEffect[]> {
    for (const shard of shardNames(ledger.identity.shards)) {
      let place: Awaited<ReturnType<typeof failures.page>>['next']
      do {
        const page = await failures.page(shard, filter, place, PAGE)
        yield await failures.look(shard, page.refs)
        place = page.next
      } while (place !== undefined)
    }
  }

  return {
    show,

    async dryRun(asked) {
      const filter = { ...asked, until: clock.now() }
      const [count, perSecond] = await Promise.all([failures.count(filter), ratesFor(filter)])
      // One that has gone well or wrong otherwise since it was read is none of them any more.
      const stands = ({ failure }: Effect) =>
        failure !== undefined && (asked.cause === undefined || failure.cause === asked.cause)
      const fit: FailureRef[] = []
      const refused = new Map<ReplayRefusal, { count: number; refs: FailureRef[] }>()
      let looked = 0
      let replayable = 0
      for await (const found of pages(filter)) {
        for (const { ref, refusal } of await judged(found)) {
          looked += 1
          if (refusal === undefined) {
            replayable += 1
            if (fit.length < SAMPLE) fit.push(ref)
            continue
          }
          const group = refused.get(refusal) ?? { count: 0, refs: [] }
          group.count += 1
          if (group.refs.length < SAMPLE) group.refs.push(ref)
          refused.set(refusal, group)
        }
        if (looked >= MAX_LOOKED) break
      }
      const refusals = [...refused].map(async ([reason, { count: times, refs }]) => ({
        reason,
        count: times,
        sample: await viewEffects(ledger, refs, 'masked', stands),
      }))
      const sample = await viewEffects(ledger, fit, 'masked', stands)
      return { count, looked, replayable, sample, refusals: await Promise.all(refusals), perSecond }
    },

    async start(asked, wanted, by) {
      const filter = { ...asked, until: clock.now() }
      const [matched, rates] = await Promise.all([failures.count(filter), ratesFor(filter)])
      const perSecond = Math.min(wanted ?? rates.default, rates.most)
      const id = await replays.create({ by, filter, perSecond, matched })
      await ledger.audit.note({ by, what: 'replay.started', subject: id, detail: detailOf(filter, matched) })
      logger.info({ replay: id, by, matched, perSecond }, 'replay.started')
      if (matched === 0) await replays.end(id, 'done')
      else parts.onReplayAsked()
      const begun = await show(id)
      if (begun === undefined) throw new Error(`replay ${id} is gone`)
      return begun
    },

    list: async limit => (await replays.list(limit)).map(replayView),

    async cancel(id, by) {
      if (await replays.end(id, 'cancelled')) {
        await ledger.audit.note({ by, what: 'replay.cancelled', subject: id })
        logger.info({ replay: id, by }, 'replay.cancelled')
      }
      return show(id)
    },
  }
}

function replayView(replay: Replay): ReplayView {
  const { id, status, done, standing, perSecond, by, at, endedAt } = replay
  const { kind, cause, campaign, since } = replay.filter
  const met = done + Object.values(replay.refusals).reduce((sum, count) => sum + count, 0)
  // One that began to fail while it was being counted is met without having been counted.
  const matched = Math.max(replay.matched, met)
  const gone = status === 'done' ? matched - met : 0
  const refusals = { ...replay.refusals, ...(gone > 0 ? { no_longer_failing: gone } : {}) }
  return {
    ...{ id, status, matched, done, refused: met - done + gone, refusals, standing },
    filter: {
      ...(kind === undefined ? {} : { kind }),
      ...(cause === undefined ? {} : { cause }),
      ...(campaign === undefined ? {} : { campaign }),
      ...(since === undefined ? {} : { since: iso(since) }),
    },
    ...{ perSecond, by, createdAt: iso(at) },
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
  }
}

function detailOf({ kind, cause, campaign, since }: FailureFilter, matched: number): string {
  const said = { kind, campaign, since: since === undefined ? undefined : iso(since), cause }
  const filter = Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
  return [`${matched} matched`, ...filter].join(', ')
}

function round(rate: number): number {
  return Math.max(0.01, Math.round(rate * 100) / 100)
}
