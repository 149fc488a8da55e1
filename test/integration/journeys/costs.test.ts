import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startOwnRedis } from '../../support/own-redis.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { type SeenCommand, watchCommands } from '../../support/watch-commands.ts'

const campaign = {
  ...plainCampaign,
  // Long after the call has ended: one look sees it.
  poll: { ...plainCampaign.poll, first: 'PT0.5S' },
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['qualified'] },
      // After the pixel: two writers of one journey at a time cost a reading and a script more, now and then.
      sms: { text: 'Hi {{ lead.firstName }}, thanks for talking.', delay: 'PT0.5S', window: '00:00-24:00' },
    },
    {
      id: 'lead-pixel',
      when: { outcome: ['qualified'] },
      pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
    },
  ],
}

/** What commands are about, by the first of their keys; what nobody's journey asks for (rounds, gauges) is not counted. */
const about = [
  ['event', /:ev:/],
  ['journey', /:j:/],
  ['newest', /:newest$/],
  ['lead', /:lead:/],
  ['places', /:live:/],
  ['pace', /:pace:/],
  ['lengths', /:lengths:/],
  ['budget', /:budget:/],
] as const

const jobs = ['fire-pixel', 'place-call', 'poll-interaction', 'receive-event', 'send-sms']

/** BullMQ's scripts, told apart by how many keys they take: to put a job on a queue, and to end it. */
const ADD_KEYS = '9'
const FINISH_KEYS = '14'

/** Counts a command by what it is about; a script call counts once. */
function countInto(counts: Map<string, number>): (command: SeenCommand) => void {
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  return ([name, ...args]) => {
    const isScript = name === 'evalsha'
    const key = args[isScript ? 2 : 0] ?? ''
    const found = about.find(([, pattern]) => pattern.test(key))
    if (found !== undefined) count(`${found[0]} ${isScript ? 'script' : name}`)
    if (!isScript || !jobs.some(job => key.endsWith(`:${job}:wait`))) return
    if (args[1] === ADD_KEYS) count('job added')
    if (args[1] === FINISH_KEYS) count('job ended')
  }
}

/** Nothing is asked of the service meanwhile: that would be counted as well. */
async function runOne(stage: Stage, leadId: string, phone: string): Promise<string[]> {
  const from = stage.lines.length
  const settled = () =>
    stage.lines
      .slice(from)
      .flatMap(({ msg, job }) => (msg === 'job.settled' && jobs.includes(`${job}`) ? [`${job}`] : []))
  await stage.lead(leadId, { phone, firstName: 'Ann' })
  await eventually(() => jobs.every(job => settled().includes(job)))
  return settled().toSorted()
}

test('a journey with one look, a text and a pixel costs so many jobs, requests and Redis commands, and no more', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const stage = await startStage({
    campaigns: [campaign],
    env: { REDIS_URL: redis.url },
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10, summary: 'Wants a quote.' }] } },
  })
  // Scripts are sent once, and connections opened.
  const commands = new Map<string, number>()
  await watchCommands(redis.port, countInto(commands))
  const areEnded = () => eventually(() => commands.get('job ended') === jobs.length)
  await runOne(stage, 'lead_0', '+12125550120')
  await areEnded()
  commands.clear()
  const before = stage.simulator.truth().requests.byRoute
  expect(await runOne(stage, 'lead_1', '+12125550121')).toEqual(jobs)
  await areEnded()

  const { byRoute } = stage.simulator.truth().requests
  expect(
    Object.entries(byRoute)
      .map(([route, count]) => [route, count - (before[route] ?? 0)])
      .toSorted(),
  ).toEqual([
    ['GET /interactions/:interactionId', 1],
    // The lead's own words, before it is texted.
    ['GET /interactions/lead/:leadId', 1],
    ['GET /leads/:leadId', 1],
    ['POST /pixels/fire', 1],
    ['POST /sms/send', 1],
    ['POST /voice/calls/initiate', 1],
  ])
  // A request that a busy machine makes too late for its turn asks for another one.
  const { 'budget script': leaves = 0, ...exact } = Object.fromEntries(commands)
  expect(leaves).toBeGreaterThanOrEqual(6)
  expect(leaves).toBeLessThanOrEqual(12)
  expect(exact).toEqual({
    'event hget': 1,
    'event hmget': 1,
    'event script': 2,
    'job added': 5,
    'job ended': 5,
    'journey hget': 7,
    'journey script': 8,
    'lead hmget': 1,
    'lead script': 1,
    'newest hget': 1,
    'pace script': 2,
    'places script': 3,
    'places zrem': 1,
  })
  const stories = await Promise.all(['lead_0', 'lead_1'].map(lead => stage.journey(lead, isOver)))
  expect(stories).toMatchObject([{ state: 'done' }, { state: 'done' }])
})
