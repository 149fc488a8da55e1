import { z } from 'zod'
import { type Random, randomOf } from './random.ts'

/** One rule of misbehaviour; the first rule that matches a request, is not used up and wins its draw is applied. */
export const FaultRule = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** A part of the path, or a regular expression over it; the path is the whole one, without the query. */
      path: z.string().optional(),
      leadId: z.string().optional(),
    })
    .default({}),
  kind: z.enum(['status', 'slow', 'reset_before', 'reset_after', 'hang', 'bad_json']),
  /** `status` only; default 500. */
  status: z.int().min(200).max(599).optional(),
  /** Sent as `Retry-After`: seconds, or an HTTP date. */
  retryAfter: z.union([z.number(), z.string()]).optional(),
  /** Instead of the vendor's own error body. */
  body: z.unknown().optional(),
  /** `slow` only, real time; default 1000. */
  delayMs: z.number().min(0).optional(),
  /** Whether the effect is committed before the fault shows. `reset_*` say it themselves; `bad_json` defaults to true. */
  afterCommit: z.boolean().optional(),
  /** Applies this many times, then never again. */
  times: z.int().min(0).optional(),
  /** Applies with this probability. */
  share: z.number().min(0).max(1).optional(),
})
export type FaultRule = z.output<typeof FaultRule>

/** What a rule is held against. `leadIds` is only asked when a rule names a lead. */
export interface FaultTarget {
  method: string
  path: string
  leadIds(): readonly string[]
}

interface ArmedRule {
  rule: FaultRule
  method: string | undefined
  pattern: RegExp | undefined
  fired: number
}

/** The rules in force and how often each has struck. Draws are seeded. */
export class Faults {
  readonly #seed: number
  #random: Random
  #rules: ArmedRule[] = []

  constructor(seed: number) {
    this.#seed = seed
    this.#random = randomOf(seed, 'faults')
  }

  /** Replaces every rule. */
  arm(rules: readonly FaultRule[]): void {
    this.#random = randomOf(this.#seed, 'faults')
    this.#rules = rules.map(rule => ({
      rule,
      method: rule.match.method?.toUpperCase(),
      pattern: compile(rule.match.path),
      fired: 0,
    }))
  }

  /** The rule that strikes this request, counted as used; `undefined` for none. */
  strike(target: FaultTarget): FaultRule | undefined {
    for (const armed of this.#rules) {
      if (!this.#matches(armed, target)) continue
      armed.fired += 1
      return armed.rule
    }
    return undefined
  }

  /** How often each rule struck, in their order. */
  fired(): { kind: FaultRule['kind']; fired: number }[] {
    return this.#rules.map(({ rule, fired }) => ({ kind: rule.kind, fired }))
  }

  #matches({ rule, method, pattern, fired }: ArmedRule, target: FaultTarget): boolean {
    if (rule.times !== undefined && fired >= rule.times) return false
    if (method !== undefined && method !== target.method) return false
    const path = rule.match.path
    if (path !== undefined && !target.path.includes(path) && pattern?.test(target.path) !== true) return false
    if (rule.match.leadId !== undefined && !target.leadIds().includes(rule.match.leadId)) return false
    return rule.share === undefined || this.#random() < rule.share
  }
}

/** A text that is no regular expression is only a part to look for. */
function compile(path: string | undefined): RegExp | undefined {
  if (path === undefined) return undefined
  try {
    return new RegExp(path)
  } catch {
    return undefined
  }
}
