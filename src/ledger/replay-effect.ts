import type { Keys } from '../redis/keys.ts'
import type { Command } from './commit.ts'
import type { Draft } from './draft.ts'
import { stepOfEffect } from './effects.ts'
import type { Effect, Journey } from './journey.ts'

/** How long what a replay came to is kept. */
export const KEEP_REPLAYS_MS = 30 * 24 * 3_600_000

/**
 * Where an effect stands that a replay took up. `waiting`: for its turn on the queue and at its vendor. `put_off`: for
 * something else, such as the end of quiet hours. `replayed_again`: by a later replay, which tells what became of it.
 */
export const replayStandings = [
  'waiting',
  'put_off',
  'under_way',
  'went_through',
  'failing',
  'skipped',
  'replayed_again',
] as const
export type ReplayStanding = (typeof replayStandings)[number]

/** The field of a shard's account of a replay that counts the effects it could not take up, by reason. */
export const refusedField = (reason: string) => `refused:${reason}`

export interface Replaying {
  replay: string
  /** Who asked for it. */
  by: string
}

/** What a replay finds, to be put back while the effect has not been tried. */
const found = ['state', 'tries', 'error', 'why', 'endedAt', 'looks', 'dueAt', 'failure'] as const

export interface EffectReplay {
  id: string
  at: number
  /** How it stood before; absent once it was tried. */
  was?: Pick<Effect, (typeof found)[number]> & { nextAt?: number }
}

/**
 * Takes a failed effect up again as though it had never been tried: its tries begin anew, and its next automatic one is
 * replaced by this. Counted in the same transition, so that each effect counts once whoever dies.
 */
export function replayEffect(draft: Draft, effect: Effect, { replay, by }: Replaying): void {
  const kind = stepOfEffect[effect.kind]
  const nextAt = draft.step(kind, effect.rule)?.dueAt
  const was = { ...pick(effect, found), ...(nextAt === undefined ? {} : { nextAt }) }
  for (const name of found) if (name !== 'state' && name !== 'tries') delete effect[name]
  draft.drop('reconcile', effect.key)
  effect.state = 'planned'
  effect.tries = 0
  effect.dueAt = draft.now
  effect.replay = { id: replay, at: draft.now, was }
  draft.plan(kind, effect.rule, draft.now)
  draft.note('effect.replayed', { effect: effect.key, replay, by })
  count(draft, replay, 'done', 1)
}

/** The replay was cancelled before the effect's turn came: it stands again as it was found. `false` once it was tried. */
export function takeBack(draft: Draft, effect: Effect): boolean {
  const { replay } = effect
  if (effect.state !== 'planned' || replay?.was === undefined) return false
  const { nextAt, ...was } = replay.was
  const kind = stepOfEffect[effect.kind]
  draft.drop(kind, effect.rule)
  delete effect.dueAt
  delete effect.replay
  Object.assign(effect, was)
  if (was.state === 'planned') draft.plan(kind, effect.rule, Math.max(nextAt ?? 0, draft.now))
  if (was.state === 'unknown') draft.plan('reconcile', effect.key, Math.max(effect.until ?? 0, draft.now))
  draft.note('effect.replay_taken_back', { effect: effect.key, replay: replay.id })
  count(draft, replay.id, 'done', -1)
  return true
}

/** Once it was tried, its replay cannot be taken back. */
export function noteTried({ effects }: Journey): void {
  for (const { state, tries, replay } of effects) if (state !== 'planned' || tries > 0) delete replay?.was
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.flatMap(name => (from[name] === undefined ? [] : [[name, from[name]]]))) as Pick<T, K>
}

/** Says on the timeline why a replay did not take the effect up, and counts it there, once. */
export function passOver(draft: Draft, effect: Effect, { replay, by }: Replaying, reason: string): void {
  effect.notReplayed = replay
  draft.note('effect.not_replayed', { effect: effect.key, replay, by, why: reason })
  count(draft, replay, refusedField(reason), 1)
}

function count({ commands, keys }: Draft, replay: string, field: string, by: number): void {
  commands.push(['HINCRBY', keys.replay(replay), field, by], ['PEXPIRE', keys.replay(replay), KEEP_REPLAYS_MS])
}

/** Each effect of a replay is counted where it stands, so that what became of them adds up at every moment. */
export function* replayCommands(
  before: Journey | undefined,
  after: Journey,
  keys: ReturnType<Keys['shard']>,
): Iterable<Command> {
  const old = new Map(before?.effects.map(effect => [effect.key, effect]))
  for (const effect of after.effects) {
    const was = old.get(effect.key)
    const from = before && was && accountOf(before, was)
    const to = accountOf(after, effect)
    if (from?.id === to?.id && from?.standing === to?.standing) continue
    if (from !== undefined) yield ['HINCRBY', keys.replay(from.id), from.standing, -1]
    if (to === undefined) continue
    if (from !== undefined && from.id !== to.id) yield ['HINCRBY', keys.replay(from.id), 'replayed_again', 1]
    yield ['HINCRBY', keys.replay(to.id), to.standing, 1]
    yield ['PEXPIRE', keys.replay(to.id), KEEP_REPLAYS_MS]
  }
}

function accountOf(journey: Journey, effect: Effect): { id: string; standing: ReplayStanding } | undefined {
  return effect.replay && { id: effect.replay.id, standing: standingOf(journey, effect) }
}

/** What keeps every effect from its vendor: those that wait for it wait for their turn. */
const ofTheVendor = new Set(['vendor_budget', 'destination_paused', 'all_paused'])

function standingOf({ steps }: Journey, { kind, rule, state, failure }: Effect): ReplayStanding {
  if (state === 'done') return 'went_through'
  if (state === 'skipped') return 'skipped'
  if (state === 'intended') return 'under_way'
  if (failure !== undefined || state !== 'planned') return 'failing'
  const step = steps.find(entry => entry.kind === stepOfEffect[kind] && entry.ref === rule)
  return step?.why === undefined || ofTheVendor.has(step.why) ? 'waiting' : 'put_off'
}
