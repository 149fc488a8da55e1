import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { happenings, playScene, type Run, type Scene } from '../support/crash-run.ts'
import { scenes } from '../support/crash-scenes.ts'
import { plainCampaign } from '../support/stage.ts'
import { contradictions } from '../support/timeline-check.ts'

const isFull = process.env['TEST_SCALE'] === 'full'

/** Runs beside each other: each waits most of its time, for a lock or a lease to run out. */
const AT_ONCE = 10

/** After one of these the world is another one; between two of them it makes no difference where a process dies. */
const CHANGES = [
  /(?:events\.(?:accept|settle)|leads\.(?:claim|mark|assign)|journeys\.(?:open|transition)|suppress|removeBefore) \d+ after$/,
  /(?:placeCall|sendText|firePixel|fireEvents|createLead|sendToAutoDialer|patchLead|patchSubmission) \d+ (?:before|after)$/,
  /replays\.(?:create|end|keepPlace) \d+ after$/,
  /destinations\.(?:failed|probe|succeeded) \d+ after$/,
  // Another claim of the same kind is the same again.
  /(?:\.add [\w-]+|due\.claim [\w-]+) 1 after$/,
]

/** Points of a run that ends in minutes. */
const MOST = 20

/** Runs that need not be played again. */
const played = new Map<string, Run>()

test('a process that dies at any await of any handler loses and doubles nothing', async () => {
  const startedAt = performance.now()
  const recorded = await Promise.all(
    scenes.map(async scene => {
      const { points } = await playScene(scene)
      return { scene, points: points.filter(point => scene.varies?.test(point) !== true) }
    }),
  )
  const worthIt = recorded.flatMap(({ scene, points }) => {
    const differing = points.filter(point => scene.shows.test(point) && CHANGES.some(change => change.test(point)))
    expect(differing.length, scene.name).toBeGreaterThan(8)
    return (isFull ? points : differing).map(point => ({ scene, point }))
  })
  // Evenly over all scenes: the others are played at full scale.
  const every = isFull ? 1 : Math.ceil(worthIt.length / MOST)
  const left = worthIt.filter((_, index) => index % every === 0)
  const [chosen, known] = [left.length, recorded.reduce((sum, { points }) => sum + points.length, 0)]

  const faults: string[] = []
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { scene, point } = next
      const where = `${scene.name}: ${point}`
      try {
        const run = await playScene(scene, point)
        played.set(where, run)
        faults.push(...faultsOf(scene, run).map(fault => `${where}: ${fault}`))
      } catch (error) {
        faults.push(`${where}: ${inspect(error, { depth: 1 })}`)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`crash points: ${chosen} of ${known}, two processes each, in ${seconds} s`)
  expect(faults).toEqual([])
}, 1_200_000)

/** What is not as the design says after a process died. */
function faultsOf(scene: Scene, run: Run): string[] {
  const { journeys, truth, atDeath } = run
  const [journey] = journeys
  if (journey === undefined || journeys.length > 1) return [`${journeys.length} journeys`]
  const faults = contradictions(journey)
  const same = (what: string, is: unknown, should: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(should)) {
      faults.push(`${what} is ${JSON.stringify(is)} and should be ${JSON.stringify(should)}`)
    }
  }

  // Of a hand-over that never left nobody can say so: it is not repeated, and a person decides when no call has come.
  const isLost = journey.effects.some(({ key, kind }) => {
    const then = atDeath.get(key)
    return kind === 'handover' && then?.state === 'intended' && then.happened === 0
  })
  if (isLost) {
    same('handed over', truth.handOvers, [])
    same(
      'effects',
      journey.effects.map(({ kind, state }) => [kind, state]),
      [['handover', 'parked']],
    )
    same(
      'the list of what is parked',
      run.parked,
      journey.effects.map(({ key }) => key),
    )
    same('tally', run.progress, { done: 0, parked: 1, total: 1 })
    return faults
  }

  // Calls: each once, and every one known to its attempt, whatever was lost on the way.
  const placed = truth.calls.map(({ interactionId }) => interactionId)
  const known = journey.attempts.map(({ interactionId }) => interactionId)
  same('calls', placed, known)
  same('number of calls', placed.length, scene.ends.calls)

  for (const { key, kind, state } of journey.effects) {
    const then = atDeath.get(key)
    const isCut = then?.state === 'intended'
    const happened = { ...happenings(truth), call: 1 }[kind]
    if (kind === 'call') same(key, state, 'done')
    // A text that left is found in its thread; one that never left cannot be, and is not sent again.
    else if (kind === 'sms' && isCut) same(key, [state, happened], then.happened === 1 ? ['done', 1] : ['parked', 0])
    // Of a pixel nobody can say whether it left: a person decides, and it is not fired again.
    else if (kind === 'pixel' && isCut) same(key, [state, happened], ['parked', then.happened])
    // A lead that was created is found in the vendor's list; one that was not is created again.
    else same(key, [state, happened], [scene.ends.effects[kind], 1])
  }
  same('effects', journey.effects.map(({ kind }) => kind).sort(), scene.ends.kinds)

  const parked = journey.effects.filter(({ state }) => state === 'parked').map(({ key }) => key)
  same('the list of what is parked', [...run.parked].sort(), parked.sort())
  // Written to the same end however often.
  const records = truth.writes
    .filter(({ created }) => !created)
    .map(({ kind, fields }) => `${kind} ${fields['status']}`)
  same('records', [...new Set(records)].sort(), scene.ends.records ?? [])
  same('numbers held', run.heldNumbers, 0)
  same('outcome', journey.outcome, 'qualified')
  same('tally', run.progress, { done: parked.length === 0 ? 1 : 0, parked: parked.length === 0 ? 0 : 1, total: 1 })
  return faults
}

test('where a cut leaves an effect is what the design says', async () => {
  const [scene] = scenes
  if (scene === undefined) throw new Error('there is no scene')
  const endAfter = async (point: string) => {
    const { journeys, truth } = played.get(`${scene.name}: ${point}`) ?? (await playScene(scene, point))
    const found = journeys[0]?.effects.map(({ kind, rule, state, tries, result }) => {
      return `${kind} ${rule}: ${state}${result?.['adopted'] === true ? ' (adopted)' : ''} at try ${tries}`
    })
    return { effects: found?.filter(told => !told.endsWith(': done at try 1')), ...truth.counts }
  }
  const all = { calls: 2, texts: 1, pixels: 1, writes: 0 }
  const [callUnsent, callSent, textUnsent, textSent, pixelUnsent, pixelSent] = await Promise.all([
    endAfter('place-call leadsail.placeCall 1 before'),
    endAfter('place-call leadsail.placeCall 1 after'),
    endAfter('send-sms leadsail.sendText 1 before'),
    endAfter('send-sms leadsail.sendText 1 after'),
    endAfter('fire-pixel leadsail.firePixel 1 before'),
    endAfter('fire-pixel leadsail.firePixel 1 after'),
  ])
  expect(callUnsent).toEqual({ ...all, effects: ['call 1: done at try 2'] })
  expect(callSent).toEqual({ ...all, effects: ['call 1: done (adopted) at try 1'] })
  expect(textUnsent).toEqual({ ...all, texts: 0, effects: ['sms thanks: parked at try 1'] })
  expect(textSent).toEqual({ ...all, effects: [] })
  expect(pixelUnsent).toEqual({ ...all, pixels: 0, effects: ['pixel lead-pixel: parked at try 1'] })
  expect(pixelSent).toEqual({ ...all, effects: ['pixel lead-pixel: parked at try 1'] })
}, 60_000)

test('a wait that a vendor asked for is kept, also by the job that a dead process left', async () => {
  const initiate = { method: 'POST', path: '/voice/calls/initiate' }
  const scene: Scene = {
    name: 'a vendor that is throttling',
    campaign: plainCampaign,
    control: {
      requestLog: true,
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: initiate, kind: 'status', status: 429, retryAfter: 5, times: 1 }],
    },
    play: ({ lead }) => lead('lead_1', { phone: '+12025550123' }),
    shows: /./,
    ends: { calls: 1, kinds: ['call'], effects: {} },
  }
  const run = await playScene(scene, 'place-call ledger.journeys.transition 2 after')
  const [refused, placed, ...more] = run.requests.filter(({ route }) => route === 'POST /voice/calls/initiate')
  expect(more).toEqual([])
  // Clocks may differ by a quarter of a second.
  expect(Number(placed?.at) - Number(refused?.at)).toBeGreaterThanOrEqual(4_750)
  expect(run.truth.calls).toHaveLength(1)
}, 60_000)
