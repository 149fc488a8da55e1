import type { Keys } from '../redis/keys.ts'
import type { Command, Guard } from './commit.ts'
import { noteFailures } from './failure.ts'
import { type Attempt, type Effect, isEnded, type Journey, type Step, stepId, type TimelineEntry } from './journey.ts'
import { keepSteps } from './keep-steps.ts'
import { noteTried } from './replay-effect.ts'

/**
 * A transition being written: a copy of the journey to change, the timeline entries that say what happened, and what
 * else in the person's shard must hold or change in the same call.
 */
export class Draft {
  readonly before: Journey | undefined
  readonly journey: Journey
  readonly keys: ReturnType<Keys['shard']>
  readonly now: number
  readonly notes: TimelineEntry[] = []
  readonly guards: Guard[] = []
  readonly commands: Command[] = []

  constructor(parts: { before?: Journey; journey: Journey; keys: ReturnType<Keys['shard']>; now: number }) {
    this.before = parts.before
    this.journey = parts.journey
    this.keys = parts.keys
    this.now = parts.now
  }

  /** Writes one line on the timeline. Facts hold no personal data. */
  note(what: string, facts: Record<string, unknown> = {}): void {
    this.notes.push({ at: this.now, what, ...facts })
  }

  /** Adds a step or moves it to another time. */
  plan(kind: Step['kind'], ref: string, dueAt: number, tries = 0, why?: string): void {
    this.drop(kind, ref)
    this.journey.steps.push({ kind, ref, dueAt, tries, ...(why === undefined ? {} : { why }) })
  }

  /** Moves a step to later for a reason, which goes on the timeline when it is a new one. */
  putOff(step: Pick<Step, 'kind' | 'ref'>, until: number, why: string): void {
    const before = this.step(step.kind, step.ref)
    this.plan(step.kind, step.ref, until, before?.tries ?? 0)
    const after = this.step(step.kind, step.ref)
    if (after !== undefined) after.why = why
    if (before?.why !== why) this.note(why, { step: step.kind, ref: step.ref, until })
  }

  /** Lets a step wait until a destination takes pixels again, `until` at the latest. */
  hold({ kind, ref }: Pick<Step, 'kind' | 'ref'>, waitsFor: string, until: number, why: string): void {
    this.plan(kind, ref, until, this.step(kind, ref)?.tries ?? 0, why)
    const step = this.step(kind, ref)
    if (step !== undefined) step.waitsFor = waitsFor
    // Also one that was waiting before and was let go: it stands among what is due then, whatever its journey says.
    const id = stepId(this.journey.id, { kind, ref })
    this.commands.push(['ZREM', this.keys.due(kind), id], ['ZADD', this.keys.waiting(waitsFor), until, id])
  }

  drop(kind: Step['kind'], ref: string): void {
    this.journey.steps = this.journey.steps.filter(step => step.kind !== kind || step.ref !== ref)
  }

  step(kind: Step['kind'], ref: string): Step | undefined {
    return this.journey.steps.find(step => step.kind === kind && step.ref === ref)
  }

  attempt(number: number): Attempt | undefined {
    return this.journey.attempts.find(attempt => attempt.number === number)
  }

  effect(key: string): Effect | undefined {
    return this.journey.effects.find(effect => effect.key === key)
  }

  /**
   * Ends the draft: sees to it that what is planned will be done, notes what has gone wrong, and stamps the end of a
   * journey that has nothing left to do.
   */
  close(): void {
    keepSteps(this)
    noteFailures(this.before, this.journey, this.now)
    noteTried(this.journey)
    if (!isEnded(this.journey)) {
      delete this.journey.endedAt
    } else if (this.journey.endedAt === undefined) {
      this.journey.endedAt = this.now
      const { stop, outcome } = this.journey
      if (stop === undefined) this.note('journey.done', { outcome })
      else this.note('journey.stopped', { ...stop, outcome })
    }
  }
}
