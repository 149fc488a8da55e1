/**
 * Takes the pictures of docs/images from a run against the simulated vendor, with invented people: the overview while
 * calls go on, then a journey and its campaign. Needs Chromium, at `CHROMIUM_PATH` or where Debian puts it.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { z } from 'zod'
import { leads } from '../demo/leads.ts'
import { startService } from '../demo/service.ts'
import { startVendor } from '../demo/vendor.ts'
import { signStandard } from '../src/webhooks/sources/standard.ts'

const CAMPAIGN = 'solar-quotes'
const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url))
const SIZE = { width: 1280, height: 900 }
/** A README must load quickly. */
const MAX_BYTES = 200_000

/** From one lead to the next: fast enough that several calls go on when the overview is taken. */
const EVERY_MS = 250
const LOOK_EVERY_MS = 200
/** Far longer than the run takes: whatever keeps it from its end shows as an error, not as a hanging script. */
const TIME_LIMIT_MS = 120_000
/** The overview is taken when so many are through, and so many are being called. */
const DONE_ON_OVERVIEW = 6
const LIVE_ON_OVERVIEW = 4
/** A story that tells of a second call, and still fits the picture. */
const CALLS_OF_STORY = 2

const areas = ['202', '212', '312', '404', '512', '617', '718', '813', '917']

const Journeys = z.object({
  journeys: z.array(z.object({ id: z.string(), state: z.string(), attempts: z.array(z.unknown()) })),
})

await using started = new AsyncDisposableStack()
const dir = await mkdtemp(join(tmpdir(), 'aftercall-screenshots-'))
started.defer(() => rm(dir, { recursive: true, force: true }))
const simulator = await startVendor()
started.defer(() => simulator.close())
const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32)))
const service = started.use(
  await startService({
    dir,
    logPath: join(dir, 'log'),
    settings: {
      CAMPAIGNS_DIR: fileURLToPath(new URL('../demo/campaigns', import.meta.url)),
      DATA_DIR: join(dir, 'data'),
      LEADSAIL_API_KEY: 'any',
      LEADSAIL_BASE_URL: simulator.leadsailUrl,
      LEADSAIL_RATE: '200/s',
      WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
    },
  }),
)
const signal = AbortSignal.timeout(TIME_LIMIT_MS)
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
started.defer(() => browser.close())
const page = await browser.newPage({
  viewport: SIZE,
  colorScheme: 'light',
  reducedMotion: 'reduce',
  locale: 'en-US',
  timezoneId: 'America/New_York',
})

await page.goto(`${service.url}/dashboard`)
const sending = sendAll()
await until(async () => {
  const [live, done] = await Promise.all([journeys('state=in_call'), journeys('state=done')])
  return live.length >= LIVE_ON_OVERVIEW && done.length >= DONE_ON_OVERVIEW
})
// The page is live: it takes up what has happened within a second.
await page.locator('table.live tbody tr').nth(1).waitFor()
await take('overview')
await sending
await until(async () => (await journeys('')).every(({ state }) => state === 'done'))

const qualified = await journeys('outcome=qualified')
const told = qualified.find(({ attempts }) => attempts.length === CALLS_OF_STORY) ?? qualified[0]
if (told === undefined) throw new Error('nobody was qualified: there is no story to show')
await page.goto(`${service.url}/dashboard/journeys/${told.id}`)
await page.getByText('Live', { exact: true }).waitFor()
await take('journey')
await page.goto(`${service.url}/dashboard/campaigns/${CAMPAIGN}`)
await page.getByText('Live', { exact: true }).waitFor()
await page.getByRole('heading', { name: 'The hours ahead' }).waitFor()
await take('campaign')

async function take(name: string): Promise<void> {
  const path = join(IMAGES, `${name}.png`)
  await page.screenshot({ path })
  const { size } = await stat(path)
  if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes, at most ${MAX_BYTES} are allowed`)
  console.log(`${path}: ${size} bytes`)
}

async function journeys(filter: string) {
  const response = await fetch(`${service.url}/api/v1/journeys?campaign=${CAMPAIGN}&limit=100&${filter}`, { signal })
  return Journeys.parse(await response.json()).journeys
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(LOOK_EVERY_MS, undefined, { signal })
}

/** Every lead, with a number of those that are kept free for stories. Names are in the vendor's record of them. */
async function sendAll(): Promise<void> {
  for (const [index, { leadId }] of leads.entries()) {
    const phone = `+1${areas[(index * 4) % areas.length]}55501${String(10 + index)}`
    const data = { campaign: CAMPAIGN, leadId, phone }
    const atMs = Date.now()
    const raw = Buffer.from(JSON.stringify({ type: 'call.requested', timestamp: new Date(atMs).toISOString(), data }))
    const headers = { 'content-type': 'application/json', ...signStandard({ secret, id: `msg_${leadId}`, atMs, raw }) }
    const { status } = await fetch(`${service.url}/webhooks/standard`, { method: 'POST', headers, body: raw, signal })
    if (status !== 202) throw new Error(`a lead was answered with ${status}`)
    await pause(EVERY_MS, undefined, { signal })
  }
}
