/** The one source of "now". Production uses `systemClock`; tests shift it instead of waiting. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /**
   * How far this clock stands from real time, in milliseconds. Redis decides with its own clock inside Lua; scripts add
   * this so that a shifted clock shifts Redis with it. 0 in production.
   */
  shiftMs(): number
}

export const systemClock: Clock = { now: () => Date.now(), shiftMs: () => 0 }

/** A clock that runs at real speed but can be moved forward, for tests of long waits. */
export class ShiftedClock implements Clock {
  #shiftMs = 0

  now(): number {
    return Date.now() + this.#shiftMs
  }

  shiftMs(): number {
    return this.#shiftMs
  }

  /** Moves time forward by `ms`. */
  advance(ms: number): void {
    this.#shiftMs += ms
  }
}

/** Randomness is injected like time: a number in [0, 1). */
export type Random = () => number
