import type { Keys } from '../redis/keys.ts'
import type { Command } from './commit.ts'
import type { Attempt, Journey } from './journey.ts'

/**
 * What others call a call: the voice platform that speaks in it, and the telephony provider that carries it. Whoever tells
 * of its end may know it by these alone, so they lead to its journey as the vendor's own id does.
 */
export interface OtherNames {
  conversationId?: string | undefined
  messageId?: string | undefined
}

/** Both names, the platform's first, as far as they are known. */
export function otherNames({ conversationId, messageId }: OtherNames): string[] {
  return [conversationId, messageId].filter(name => name !== undefined)
}

/** Whether the call goes by one of the names. */
export function isCalled(call: OtherNames, names: readonly string[]): boolean {
  return otherNames(call).some(name => names.includes(name))
}

/** Keeps the names that a look has shown. */
export function learnNames(attempt: Attempt, { conversationId, messageId }: OtherNames): void {
  if (conversationId !== undefined) attempt.conversationId = conversationId
  if (messageId !== undefined) attempt.messageId = messageId
}

/** The names that this transition has brought, and those it has replaced. */
export function* nameCommands(
  before: Journey | undefined,
  after: Journey,
  keys: ReturnType<Keys['shard']>,
): Iterable<Command> {
  const old = new Set(before && namesOf(before))
  for (const name of namesOf(after)) {
    if (!old.delete(name)) yield ['HSET', keys.callNames, name, after.id]
  }
  for (const name of old) yield ['HDEL', keys.callNames, name]
}

/** Every name of a journey's calls. */
export function namesOf({ attempts }: Journey): string[] {
  return attempts.flatMap(otherNames)
}
