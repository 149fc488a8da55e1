import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Api, createApi } from './api.ts'
import { disturb } from './disturb.ts'
import { type Fault, judge } from './judge.ts'
import type { Options } from './options.ts'
import { watchPauses } from './pauses.ts'
import { type Disturbance, planDisturbances } from './plan.ts'
import type { Progress } from './progress.ts'
import { watchRecovery } from './recovery.ts'
import { awaitRest, countOpen } from './rest.ts'
import { type Result, tallyUp } from './result.ts'
import { sabotage } from './sabotage.ts'
import { type Sent, sendLeads } from './sender.ts'
import { startWorld, type World } from './world.ts'

/** How often the picture of the run is refreshed. */
const LOOK_MS = 1_000

/** Journeys whose whole story is kept when something went wrong. */
const MAX_STORIES = 50

/**
 * One run, from the first process to the verdict. Every process has ended when it resolves or rejects.
 * @param dir takes the logs, and after a fault `evidence.json` with the story of every journey it befell
 * @throws when the run itself could not be carried out, or was aborted
 */
export async function runChaos(
  options: Options,
  { dir, signal, progress }: { dir: string; signal: AbortSignal; progress: Progress },
): Promise<Result> {
  const { seed, journeys, rate, kills, redisRestarts, limit } = options
  const watch = watchRecovery()
  const pauses = watchPauses()
  await using world = await startWorld(dir, seed, watch, pauses)
  const { service, redis, vendor } = world
  const api = createApi(service.url, signal)
  const startedAt = performance.now()

  const sent: Sent = { accepted: new Map(), answers: {}, longestMs: 0 }
  const overMs = (journeys / rate) * 1000
  const plan = planDisturbances({ seed, kills, redisRestarts, workers: service.workers, overMs })
  const done: Disturbance[] = []

  const looking = setInterval(() => void look(api, { journeys, sent, plan, done }, progress), LOOK_MS)
  try {
    await Promise.all([
      sendLeads({
        ...{ url: service.url, secret: world.webhookKey, seed, journeys, rate, signal, sent },
        onAccepted: () => watch.accepted(),
      }),
      disturb({ plan, service, redis, watch, signal, onDone: disturbance => done.push(disturbance) }),
    ])
    const sentMs = performance.now() - startedAt
    await awaitRest(api, sent.accepted.size, limit * 1000, signal)
    signal.throwIfAborted()
    const restMs = performance.now() - startedAt - sentMs
    if (options.sabotage) await sabotage(vendor, await api.journeys(), sent)

    const found = { journeys: await api.journeys(), progress: (await api.campaign())?.progress }
    const truth = await vendor.truth()
    const faults = judge({ ...found, truth, accepted: sent.accepted, now: Date.now() })
    if (faults.length > 0) await keepStories(join(dir, 'evidence.json'), faults, api, truth)
    return tallyUp({
      ...{ options, ...found, truth, faults, sent, plan: done, sentMs, restMs },
      recoveries: watch.all(),
      pauses: pauses.found(),
      unplannedExits: service.unplannedExits(),
    })
  } finally {
    clearInterval(looking)
  }
}

async function look(
  api: Api,
  run: { journeys: number; sent: Sent; plan: readonly Disturbance[]; done: readonly Disturbance[] },
  progress: Progress,
): Promise<void> {
  const counted = (await api.glance())?.progress
  const { journeys, sent, plan, done } = run
  progress.show({
    journeys,
    accepted: sent.accepted.size,
    refused: sent.answers['503'] ?? 0,
    disturbances: `${done.length}/${plan.length}`,
    ...(counted === undefined ? {} : { over: counted.total - countOpen(counted) }),
  })
}

async function keepStories(
  file: string,
  faults: readonly Fault[],
  api: Api,
  truth: Awaited<ReturnType<World['vendor']['truth']>>,
): Promise<void> {
  const stories = []
  for (const fault of faults.slice(0, MAX_STORIES)) {
    const { leadId, journeyId } = fault
    const isOwn = (entry: { leadId: string }) => entry.leadId === leadId
    stories.push({
      fault,
      journey: journeyId === undefined ? undefined : await api.journey(journeyId),
      calls: truth.calls.filter(isOwn),
      texts: truth.texts.filter(isOwn),
      pixels: truth.pixels.filter(isOwn),
    })
  }
  await writeFile(file, JSON.stringify(stories, undefined, 2))
}
