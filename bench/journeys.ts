import { phoneOf, SECRET, webhookOf } from './support/load.ts'
import { middle } from './support/median.ts'
import { openCampaign, type Scene, startScene, until } from './support/scene.ts'

/** Whole journeys: dial, look, text and pixel, against a vendor that answers at once. */
export interface JourneysResult {
  ours: Pace
  baseline: Pace
  ratio: number
}

export interface Pace {
  perSecond: number
  /** Of one journey: exact but for looks that come a moment early, and for what is saved where many come at once. */
  redisCommands: number
  vendorRequests: number
  cpuMs: number
  /** The part of it that is Redis's own. */
  redisCpuMs: number
  /** What is left in Redis of it, its event with its body among it. */
  redisBytes: number
}

/** Journeys that come before those that count: code is compiled, scripts are loaded, connections stand. */
const WARM_UP = 300

const SENDERS = 50

const campaign = {
  ...openCampaign,
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['qualified'] },
      sms: { text: 'Hi {{ lead.firstName }}, thanks for talking with us.', window: '00:00-24:00' },
    },
    {
      id: 'lead-pixel',
      when: { outcome: ['qualified'] },
      pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
    },
  ],
}

export async function measureJourneys(options: { rounds: number; journeys: number }): Promise<JourneysResult> {
  const { rounds, journeys } = options
  const paces: Record<'ours' | 'baseline', Pace[]> = { ours: [], baseline: [] }
  for (let round = 0; round < rounds; round += 1) {
    paces.ours.push(await runJourneys({ journeys }))
    paces.baseline.push(await runJourneys({ journeys, entry: 'bench/baseline/pipeline.ts' }))
  }
  const [ours, baseline] = [middle(paces.ours), middle(paces.baseline)]
  return { ours, baseline, ratio: ours.perSecond / baseline.perSecond }
}

/** @param workers processes that work beside the one that receives; 0 where that one does everything */
export async function runJourneys(options: { journeys: number; entry?: string; workers?: number }): Promise<Pace> {
  const { journeys, entry, workers = 0 } = options
  await using scene = await startScene({
    campaigns: [campaign],
    ...(entry === undefined ? {} : { entry }),
    ...(workers === 0 ? {} : { env: { ROLES: 'web,scheduler' } }),
  })
  for (let worker = 0; worker < workers; worker += 1) await scene.another({ ROLES: 'web,worker' })
  const areDone = async (count: number) => {
    const { counts } = await scene.truth()
    return counts.texts >= count && counts.pixels >= count
  }
  await send(scene, 0, WARM_UP)
  await until(() => areDone(WARM_UP), 50)

  const last = WARM_UP + journeys
  const before = {
    ...(await scene.truth()),
    ...{ commands: await scene.redisCommands(), bytes: await scene.redisBytes(), cpu: await scene.cpuMs() },
  }
  const startedAt = performance.now()
  await send(scene, WARM_UP, last)
  await until(() => areDone(last), 50)
  const seconds = (performance.now() - startedAt) / 1_000
  const [{ requests }, { service, redis }] = [await scene.truth(), await scene.cpuMs()]
  const redisCpu = redis - before.cpu.redis
  return {
    perSecond: journeys / seconds,
    redisCommands: ((await scene.redisCommands()) - before.commands) / journeys,
    vendorRequests: (requests.total - before.requests.total) / journeys,
    cpuMs: (service - before.cpu.service + redisCpu) / journeys,
    redisCpuMs: redisCpu / journeys,
    redisBytes: ((await scene.redisBytes()) - before.bytes) / journeys,
  }
}

/** Webhooks of leads, from one number up to another. */
async function send({ service }: Scene, from: number, to: number): Promise<void> {
  let next = from
  const sender = async () => {
    for (let index = next++; index < to; index = next++) {
      // A machine that is too busy is told again, as by any sender.
      while ((await sendOne(service.url, index)) === 503);
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sender))
}

async function sendOne(url: string, index: number): Promise<number> {
  const answer = await fetch(`${url}/webhooks/leadsail`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
    body: webhookOf(`${index}`, phoneOf(index)),
  })
  await answer.arrayBuffer()
  if (!answer.ok && answer.status !== 503) throw new Error(`webhook ${index}: ${answer.status}`)
  return answer.status
}
