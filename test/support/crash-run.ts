import type { ControlInput } from '../../simulator/control.ts'
import type { RequestEntry } from '../../simulator/request-log.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import type { Truth } from '../../simulator/truth.ts'
import { createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { EffectKind, EffectState } from '../../src/ledger/journey.ts'
import { createLogger } from '../../src/logger.ts'
import { crashOverrides } from './crash-overrides.ts'
import { eventually } from './eventually.ts'
import { type LedgerReader, openLedger } from './ledger-reader.ts'
import { type ServiceProcess, spawnService } from './service-process.ts'
import { createWorld, insist, type World } from './world.ts'

/** What happens to one lead, told by whoever is outside. */
export interface Scene {
  name: string
  campaign: Record<string, unknown>
  control: Partial<ControlInput>
  play(outside: Outside): Promise<void>
  /** Points that no scene before it has shown. */
  shows: RegExp
  /** Points that not every run reaches. */
  varies?: RegExp
  /** How it ends where nobody dies. */
  ends: {
    calls: number
    /** Kinds of all effects, sorted. */
    kinds: string[]
    effects: Partial<Record<EffectKind, EffectState>>
    /** What the vendor's own records were made to say, sorted. */
    records?: string[]
  }
}

/** A sender who comes again until it is answered 2xx, whichever process is there to answer. */
export interface Outside {
  simulator: Simulator
  lead(leadId: string, data: Record<string, unknown>): Promise<void>
  send(type: string, data: Record<string, unknown>): Promise<void>
  /** A list of people the vendor does not know, for the scene's campaign. */
  list(csv: string): Promise<void>
  /** Waits until a pixel has failed, and has it replayed. */
  replay(): Promise<void>
  /** Waits until the first process has passed a point, or is dead. */
  passed(point: string): Promise<void>
}

/** How one run ended. */
export interface Run {
  /** Points that the first process reached, in order. */
  points: string[]
  /** Of each effect, when the process died. */
  atDeath: Map<string, { state: EffectState; happened: number }>
  journeys: Awaited<ReturnType<LedgerReader['journeys']>>
  truth: Truth
  /** With `requestLog`. */
  requests: RequestEntry[]
  parked: string[]
  heldNumbers: number
  /** The campaign's journeys: how many are done, parked, and in all. */
  progress: { done: number; parked: number; total: number }
}

/**
 * Plays a scene to its end. With a point the first process dies there, by SIGKILL, and a second one finishes.
 * @throws when the point is not reached, or when not everything comes to its end
 */
export async function playScene(scene: Scene, dieAt?: string): Promise<Run> {
  await using closing = new AsyncDisposableStack()
  const env = { SHARDS: '1', SHUTDOWN_TIMEOUT: 'PT5S' }
  const world = closing.use(await createWorld({ campaigns: [scene.campaign], control: scene.control, env }))
  const args = dieAt === undefined ? [] : [dieAt]
  const first = spawnService(world.env, { entry: 'test/support/crashing-service.ts', args })
  closing.defer(async () => {
    first.kill('SIGKILL')
    await first.ended
  })
  let url = () => first.url
  const playing = scene.play(createOutside(world, first, () => url()))
  playing.catch(() => {})

  let atDeath: Run['atDeath'] = new Map()
  let ledger: LedgerReader
  if (dieAt === undefined) {
    await first.line('app.started')
    ledger = closing.use(await openLedger(world.env))
  } else {
    await eventually(() => !first.isRunning, { timeoutMs: 60_000 })
    const { code, signal } = await first.ended
    const last = pointsOf(first).at(-1)
    if (signal !== 'SIGKILL' || last !== dieAt) {
      throw new Error(`it ended with ${signal ?? code} after ${last}: ${first.errors}`)
    }
    ledger = closing.use(await openLedger(world.env))
    atDeath = await effectsNow(ledger, world.simulator.truth())

    const logger = createLogger({ level: 'silent' })
    const second = closing.use(await createApp(loadConfig(world.env), { ...crashOverrides, logger }))
    url = () => `http://127.0.0.1:${second.port}`
  }
  await playing
  await eventually(
    async () => {
      const [journeys, left] = await Promise.all([ledger.journeys(), ledger.left()])
      if (journeys.length === 0 || left > 0) throw new Error(`${left} entries are left of ${JSON.stringify(journeys)}`)
    },
    { timeoutMs: 60_000, everyMs: 50 },
  )
  const [journeys, parked, heldNumbers, { total, states }] = await Promise.all([
    ledger.journeys(),
    ledger.parked(),
    ledger.heldNumbers(),
    ledger.progress(),
  ])
  const progress = { done: states['done'] ?? 0, parked: states['parked'] ?? 0, total }
  const [truth, requests] = [world.simulator.truth(), world.simulator.requests()]
  return { points: pointsOf(first), atDeath, journeys, truth, requests, parked, heldNumbers, progress }
}

function pointsOf({ lines }: ServiceProcess): string[] {
  return lines.filter(({ msg }) => msg === 'point.reached').map(({ point }) => String(point))
}

/** How often an effect of each kind has happened by the truth, in a scene that has one of it. */
export function happenings(truth: Truth): Partial<Record<EffectKind, number>> {
  const created = truth.writes.filter(({ kind, created: isNew }) => kind === 'lead' && isNew === true).length
  return {
    sms: truth.texts.length,
    pixel: truth.pixels.length + truth.conversions.receipts.length,
    lead: created,
    handover: truth.handOvers.length,
  }
}

/** What the ledger says of each effect, and how often it has happened so far by the truth. */
async function effectsNow(ledger: LedgerReader, truth: Truth): Promise<Run['atDeath']> {
  const journeys = await ledger.journeys()
  const known = new Set(journeys.flatMap(({ attempts }) => attempts.flatMap(attempt => attempt.interactionId ?? [])))
  return new Map(
    journeys
      .flatMap(({ effects }) => effects)
      .map(({ key, kind, state }) => {
        // One text and one pixel a scene; of calls those that no attempt knows.
        const unknownCalls = truth.calls.filter(call => !known.has(call.interactionId)).length
        const happened = { ...happenings(truth), call: unknownCalls }[kind]
        return [key, { state, happened: happened ?? 0 }]
      }),
  )
}

function createOutside(world: World, first: ServiceProcess, url: () => string): Outside {
  type Lists = { failures?: unknown[]; replays?: { status: string }[] }
  /** Asks until whichever process is there has answered, and so. */
  const ask = (path: string, init: RequestInit, isSo: (body: Lists) => boolean = () => true) =>
    eventually(
      async () => {
        const response = await fetch(`${url()}/api/v1${path}`, init)
        if (!response.ok) throw new Error(`answered ${response.status}`)
        return isSo((await response.json()) as Lists)
      },
      { timeoutMs: 60_000 },
    )
  return {
    simulator: world.simulator,
    lead: (leadId, data) => insist(url, world.lead(leadId, data)),
    send: (type, data) => insist(url, world.event(type, data)),
    async list(body) {
      const headers = { 'content-type': 'text/csv' }
      await ask('/campaigns/roof/leads?createLeads=true', { method: 'POST', body, headers })
    },
    async replay() {
      await ask('/failures?kind=pixel', {}, ({ failures }) => failures?.length !== 0)
      const headers = { 'content-type': 'application/json' }
      await ask('/replays', { method: 'POST', body: '{"filter":{}}', headers })
      // One that was begun without its answer is among them.
      await ask('/replays', {}, ({ replays }) => replays?.every(({ status }) => status !== 'running') === true)
    },
    passed: point =>
      eventually(() => !first.isRunning || pointsOf(first).includes(point), { timeoutMs: 60_000 }).then(() => {}),
  }
}
