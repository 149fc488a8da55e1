import type { UnavailableError } from '../errors.ts'
import type { Destination } from '../ledger/destinations.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { EffectParts } from './perform-effect.ts'
import { isOfKey, onePixel, type PixelTarget, type Verdict, verdictOf, verdictOfMissing } from './pixel-verdict.ts'

/** One that was sent ahead has an answer so long after its request's longest time, or has died. */
const PROBE_SLACK_MS = 15_000

/** What was read of the destinations serves all handlers of this process for so long. */
const FRESH_MS = 200

/** Leave to fire one pixel. */
export interface Pass {
  to: PixelTarget
  /** What it is sent ahead for; empty where nothing is paused. */
  probes: readonly string[]
  /** Whether the destination is well is not known: a request that is lost should not take others with it. */
  isAlone: boolean
}

/**
 * Keeps pixels back from a destination that would surely not take them, so that they wait instead of failing, and sends
 * one ahead now and then. The destinations are shared by all processes.
 */
export interface PixelGate {
  /** Whether a pixel may be fired now. One that was let pass is to be given to `leave` in the end. */
  enter(to: PixelTarget): Promise<{ pass: Pass } | { held: Destination }>
  /** Who entered may have waited since: what holds it back now. */
  heldNow(pass: Pass): Promise<Destination | undefined>
  /** Runs one request and learns from how it went. */
  watch<T>(pass: Pass, request: () => Promise<T>, failureIn?: (result: T) => unknown): Promise<T>
  /** The destination cannot be used at all. What holds the pixel back from now on. */
  missing(pass: Pass, error: UnavailableError): Promise<Destination>
  leave(pass: Pass): Promise<void>
}

export function createPixelGate(parts: EffectParts & { logger: Logger }): PixelGate {
  const { ledger, clock, random, logger, requestTimeoutMs } = parts
  let known: ReadonlyMap<string, Destination> = new Map()
  let freshUntil = 0

  async function read(): Promise<ReadonlyMap<string, Destination>> {
    const now = clock.now()
    return now < freshUntil ? known : readAgain(now)
  }

  async function readAgain(now = clock.now()): Promise<ReadonlyMap<string, Destination>> {
    known = await ledger.destinations.read()
    freshUntil = now + FRESH_MS
    return known
  }

  const scopesOf = (to: PixelTarget) => [onePixel(to), to.via]

  function heldBy(
    states: ReadonlyMap<string, Destination>,
    { to, probes }: Pick<Pass, 'to' | 'probes'>,
  ): Destination | undefined {
    return scopesOf(to)
      .map(name => states.get(name))
      .find(
        found =>
          found !== undefined &&
          found.state !== 'healthy' &&
          !probes.includes(found.name) &&
          (found.state === 'probing' || (found.probeAt ?? 0) > clock.now()),
      )
  }

  async function wentThrough(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const before = known.get(name)
      if (before === undefined || (before.state === 'healthy' && before.failures === 0)) continue
      const pausedMs = await ledger.destinations.succeeded(name)
      if (pausedMs !== undefined) logger.info({ destination: name, pausedMs }, 'destination.resumed')
      freshUntil = 0
    }
  }

  async function wentWrong({ probes }: Pass, verdict: Verdict): Promise<void> {
    const { name, code, why } = verdict
    const isProbe = probes.includes(name)
    const isPaused = await ledger.destinations.failed(name, { ...verdict, isProbe, jitter: random() })
    if (isPaused) logger.error({ destination: name, code, why, alert: true }, 'destination.paused')
    else if (isProbe) logger.warn({ destination: name, code, why }, 'destination.still_paused')
    await readAgain()
  }

  /** After the answer is there: whatever happens here, the answer is what counts. */
  async function learn(pass: Pass, error: unknown): Promise<void> {
    const verdict = verdictOf(pass.to, error)
    if (verdict === 'nothing') return
    const failed = verdict === 'fine' ? undefined : verdict
    // A pixel that is not allowed says of its destination that it is there.
    const fine = failed === undefined ? scopesOf(pass.to) : failed.name === pass.to.via ? [] : [pass.to.via]
    await wentThrough(fine)
    if (failed !== undefined) await wentWrong(pass, failed)
  }

  async function enter(to: PixelTarget): Promise<{ pass: Pass } | { held: Destination }> {
    const states = await read()
    const held = heldBy(states, { to, probes: [] })
    if (held !== undefined) return { held }
    const probes: string[] = []
    for (const name of scopesOf(to)) {
      if ((states.get(name)?.state ?? 'healthy') === 'healthy') continue
      if (await ledger.destinations.probe(name, requestTimeoutMs + PROBE_SLACK_MS)) {
        probes.push(name)
        continue
      }
      // Somebody else came first, or it goes on again by now.
      for (const taken of probes) await ledger.destinations.giveBack(taken)
      const now = (await readAgain()).get(name)
      return now === undefined || now.state === 'healthy' ? enter(to) : { held: now }
    }
    return { pass: { to, probes, isAlone: scopesOf(to).some(name => (states.get(name)?.failures ?? 0) > 0) } }
  }

  return {
    enter,

    heldNow: async pass => heldBy(await read(), pass),

    async watch(pass, request, failureIn = () => undefined) {
      let failure: unknown
      try {
        const result = await request()
        failure = failureIn(result)
        return result
      } catch (error) {
        failure = error
        throw error
      } finally {
        await learn(pass, failure).catch(err => logger.warn({ err, destination: pass.to.via }, 'destination.not_told'))
      }
    },

    async missing(pass, error) {
      const verdict = verdictOfMissing(pass.to, error)
      await wentWrong(pass, verdict)
      const { name, why, code } = verdict
      return known.get(name) ?? { name, state: 'paused', failures: 1, why, code }
    },

    async leave({ probes }) {
      for (const name of probes) await ledger.destinations.giveBack(name)
    },
  }
}

/** Destinations that are paused for their key are tried again at once by a process that has one. */
export async function tryMendedKeys({ destinations }: Ledger, isUsable: (via: string) => boolean): Promise<void> {
  const paused = [...(await destinations.read()).values()].filter(({ code }) => isOfKey(code))
  await destinations.reconsider(paused.map(({ name }) => name).filter(name => isUsable(name.split('/', 1)[0] ?? '')))
}
