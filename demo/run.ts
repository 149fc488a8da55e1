import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { JourneySummary } from '../src/desk/journey-view.ts'
import { type Delivered, leads, sendLeads } from './leads.ts'
import { createNews, type News } from './news.ts'
import type { Screen } from './screen.ts'
import { startService } from './service.ts'
import { summarize } from './summary.ts'
import { startVendor } from './vendor.ts'
import { isOver, viewOf } from './view.ts'

const CAMPAIGN = 'solar-quotes'
const CAMPAIGNS_DIR = fileURLToPath(new URL('campaigns', import.meta.url))
/** From the start of the process; stopping takes a second or two more. */
const TIME_LIMIT_MS = 55_000
const LOOK_EVERY_MS = 200

export interface DemoOptions {
  screen: Screen
  /** Stay up afterwards until interrupted. */
  keep: boolean
  /** Ends everything. */
  interrupted: AbortSignal
}

/**
 * Plays the whole demo and cleans up after itself, whatever happens.
 * @returns why it failed; nothing when all is well
 */
export async function runDemo({ screen, keep, interrupted }: DemoOptions): Promise<string[]> {
  await using started = new AsyncDisposableStack()
  const elapsed = () => performance.now()
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-demo-'))
  started.defer(() => rm(dir, { recursive: true, force: true }))
  const logPath = `${dir}.log`
  const simulator = await startVendor()
  started.defer(() => simulator.close())

  const secret = randomBytes(32)
  const service = await startService({
    dir,
    logPath,
    settings: {
      CAMPAIGNS_DIR,
      DATA_DIR: join(dir, 'data'),
      LEADSAIL_API_KEY: 'demo',
      LEADSAIL_BASE_URL: simulator.leadsailUrl,
      LEADSAIL_RATE: '200/s',
      WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
    },
  })
  started.use(service)
  const page = `${service.url}/dashboard`
  screen.say(`aftercall is running against a simulated vendor: nobody is called, texted or charged.`)
  screen.say(`  page      ${screen.paint('bold', page)}`)
  screen.say(`  campaign  ${join(CAMPAIGNS_DIR, `${CAMPAIGN}.yaml`)}`)
  screen.say(`  log       ${logPath}`)

  const limit = AbortSignal.timeout(Math.max(1, Math.round(TIME_LIMIT_MS - elapsed())))
  const ending = new AbortController()
  started.defer(() => ending.abort())
  service.failed.then(why => ending.abort(new Error(why)))
  const signal = AbortSignal.any([interrupted, limit, ending.signal])

  let sent: Delivered = { accepted: 0, duplicates: 0 }
  const sending = sendLeads({ url: service.url, secret, campaign: CAMPAIGN, signal }, sums => {
    sent = sums
  })
  sending.catch(error => ending.abort(error))
  const newsSince = createNews()
  const news: News[] = []
  let journeys: JourneySummary[] = []
  try {
    for (;;) {
      journeys = (await journeysOf(service.url, signal)) ?? journeys
      news.push(...newsSince(journeys, elapsed()))
      screen.show(viewOf(journeys, { elapsedMs: elapsed(), total: leads.length, sent, news, nowMs: Date.now() }))
      if (journeys.length === leads.length && journeys.every(isOver)) break
      await pause(LOOK_EVERY_MS, undefined, { signal })
    }
    await sending
  } catch (error) {
    if (interrupted.aborted) return ['interrupted']
    if (!limit.aborted) throw ending.signal.aborted ? ending.signal.reason : error
  } finally {
    screen.done()
  }

  const story = { journeys, truth: simulator.truth(), sent, total: leads.length, elapsedMs: elapsed() }
  const { lines, faults } = summarize(story, screen.paint)
  for (const line of lines) screen.say(line)
  if (limit.aborted) faults.unshift(`not done after ${TIME_LIMIT_MS / 1000} s`)
  if (!keep) return faults

  for (const fault of faults) screen.say(`  ${fault}`)
  screen.say(`\nStaying up: ${page}  (Ctrl-C ends it)`)
  const waiting = Promise.withResolvers<void>()
  interrupted.addEventListener('abort', () => waiting.resolve())
  if (!interrupted.aborted) await Promise.race([waiting.promise, service.failed.then(why => void faults.push(why))])
  return faults
}

/** Every journey; `undefined` while the service is too busy to say. */
async function journeysOf(url: string, signal: AbortSignal): Promise<JourneySummary[] | undefined> {
  const response = await fetch(`${url}/api/v1/journeys?campaign=${CAMPAIGN}&limit=1000`, { signal })
  if (!response.ok && response.status !== 503) {
    throw new Error(`the API answered ${response.status}: ${await response.text()}`)
  }
  const answer = (await response.json()) as { journeys?: JourneySummary[] }
  return answer.journeys
}
