import type { Keys } from '../redis/keys.ts'
import { nameCommands } from './call-names.ts'
import type { Command } from './commit.ts'
import { dialCommands } from './dial-rate.ts'
import type { Draft } from './draft.ts'
import { failureCommands } from './failure.ts'
import { type Journey, type Step, stateOf, stepId } from './journey.ts'
import { replayCommands } from './replay-effect.ts'
import { tellingCommands } from './tellings.ts'

/** The commands that bring the record, its indexes and its due steps from before to after. */
export function journeyCommands(draft: Draft, encode: (journey: Journey) => string): Command[] {
  const { before, journey, keys, notes } = draft
  const commands: Command[] = [
    ['HSET', keys.journey(journey.id), 'v', journey.version, 'doc', encode(journey)],
    ...stateCommands(before, journey, keys),
    ...stepCommands(before, journey, keys),
    ...parkedCommands(before, journey, keys),
    ...failureCommands(before, journey, keys),
    ...replayCommands(before, journey, keys),
    ...tellingCommands(before, journey, keys),
    ...dialCommands(before, journey, keys),
    ...nameCommands(before, journey, keys),
  ]
  if (notes.length > 0) {
    commands.push(['RPUSH', keys.timeline(journey.id), ...notes.map(note => JSON.stringify(note))])
  }
  if (before === undefined) {
    commands.push(
      ['ZADD', keys.journeys, journey.createdAt, journey.id],
      ['ZADD', keys.personJourneys(journey.person), journey.createdAt, journey.id],
      ['HSET', keys.newest, `${journey.campaign}/${journey.person}`, journey.id],
    )
  }
  const known = new Set(before?.attempts.map(attempt => attempt.interactionId))
  for (const { interactionId } of journey.attempts) {
    if (interactionId !== undefined && !known.has(interactionId)) {
      commands.push(['HSET', keys.interactions, interactionId, journey.id])
    }
    if (interactionId !== undefined) known.delete(interactionId)
  }
  // What an erased lead's calls are called at the vendor leads nowhere any more.
  for (const interactionId of journey.erasedAt === undefined ? [] : known) {
    if (interactionId !== undefined) commands.push(['HDEL', keys.interactions, interactionId])
  }
  return commands
}

type ShardKeys = ReturnType<Keys['shard']>

function* stateCommands(before: Journey | undefined, after: Journey, keys: ShardKeys): Iterable<Command> {
  const from = before && stateOf(before)
  const to = stateOf(after)
  if (from !== to) {
    if (from !== undefined) {
      yield ['ZREM', keys.inState(after.campaign, from), after.id]
      yield* count(after, keys, `state:${from}`, -1)
    }
    yield ['ZADD', keys.inState(after.campaign, to), after.createdAt, after.id]
    yield* count(after, keys, `state:${to}`, 1)
  }
  if (before?.outcome !== after.outcome) {
    if (before?.outcome !== undefined) yield* count(after, keys, `outcome:${before.outcome}`, -1)
    if (after.outcome !== undefined) yield* count(after, keys, `outcome:${after.outcome}`, 1)
  }
  const reasonBefore = from === 'stopped' ? before?.stop?.reason : undefined
  const reason = to === 'stopped' ? after.stop?.reason : undefined
  if (reasonBefore !== reason) {
    if (reasonBefore !== undefined) yield* count(after, keys, `stop:${reasonBefore}`, -1)
    if (reason !== undefined) yield* count(after, keys, `stop:${reason}`, 1)
  }
  if (before?.endedAt !== after.endedAt) {
    for (const index of after.test ? [keys.ended, keys.endedTests] : [keys.ended]) {
      yield after.endedAt === undefined ? ['ZREM', index, after.id] : ['ZADD', index, after.endedAt, after.id]
    }
  }
  if (before === undefined && after.test) yield ['ZADD', keys.tests, after.createdAt, after.id]
}

/** Tests are counted with the others and once more by themselves: a campaign may have been in test mode for a while. */
function* count({ campaign, test }: Journey, keys: ShardKeys, field: string, by: 1 | -1): Iterable<Command> {
  yield ['HINCRBY', keys.tally(campaign), field, by]
  if (test) yield ['HINCRBY', keys.tally(campaign), `test:${field}`, by]
}

/** Every step that this transition did, moved or added. A step it left alone keeps the lease of whoever claimed it. */
function* stepCommands(before: Journey | undefined, after: Journey, keys: ShardKeys): Iterable<Command> {
  const index = (step: Step) => keys.due(step.kind, after.campaign, after.list)
  const old = new Map(before?.steps.map(step => [stepId(after.id, step), step]))
  for (const step of after.steps) {
    const id = stepId(after.id, step)
    const was = old.get(id)
    old.delete(id)
    const waited = was?.waitsFor
    if (waited !== undefined && waited !== step.waitsFor) yield ['ZREM', keys.waiting(waited), id]
    // The place of one that waits is written by whoever lets it wait.
    if (step.waitsFor !== undefined) continue
    if (was === undefined || waited !== undefined || was.dueAt !== step.dueAt || was.tries !== step.tries) {
      yield ['ZADD', index(step), step.dueAt, id]
    }
  }
  for (const [id, step] of old) {
    yield ['ZREM', index(step), id]
    if (step.waitsFor !== undefined) yield ['ZREM', keys.waiting(step.waitsFor), id]
  }
}

function* parkedCommands(before: Journey | undefined, after: Journey, keys: ShardKeys): Iterable<Command> {
  const parked = (journey: Journey | undefined) =>
    new Map(journey?.effects.filter(effect => effect.state === 'parked').map(effect => [effect.key, effect]))
  const old = parked(before)
  for (const [key, effect] of parked(after)) {
    if (!old.delete(key)) yield ['ZADD', keys.parked, effect.endedAt ?? after.createdAt, `${after.id} ${key}`]
  }
  for (const key of old.keys()) yield ['ZREM', keys.parked, `${after.id} ${key}`]
}
