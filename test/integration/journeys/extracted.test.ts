import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const sms = (text: string, more = {}) => ({ text, window: '00:00-24:00', ...more })
const rich = { outcome: ['answered'], extracted: { budget: 'High', rooms: 3 } }
/** A number and a zone, so that nothing but the rules asks for the lead's record. */
const asked = (leadId: string, phone = '+12025550123') => ({
  campaign: 'roof',
  leadId,
  phone,
  timezone: 'America/New_York',
})
const READ = 'GET /leads/:leadId'
const refusal = (code: string) => ({ success: false, error: { code, message: 'no' } })
const once = (status: string) => [{ status, lengthMs: 10, summary: null }]

test('rules by what the vendor extracted read it once, after a call that they could follow, and hold nothing up', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        followUps: [
          { id: 'rich', when: rich, sms: sms('rich') },
          { id: 'poor', when: { ...rich, extracted: { budget: 'low' } }, sms: sms('poor') },
          { id: 'no-field', when: { outcome: ['answered'], extracted: { colour: 'red' } }, sms: sms('no-field') },
          { id: 'plain', sms: sms('plain') },
        ],
      },
    ],
    control: {
      leads: [{ leadId: 'lead_1', questionnaire: { budget: ' high', rooms: '3', note: 'my secret wish' } }],
      scripts: { lead_1: once('completed'), lead_2: once('no_answer') },
    },
  })
  const reads = () => stage.simulator.truth().requests.byRoute[READ] ?? 0
  await stage.send('call.requested', asked('lead_1'))
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done' })
  const texts = stage.simulator.truth().texts.map(({ text }) => text)
  expect(texts.sort()).toEqual(['plain', 'rich'])
  expect(journey.timeline.find(({ what }) => what === 'extracted.read')).toMatchObject({ attempt: 1, fields: 3 })
  expect(JSON.stringify([journey, stage.lines])).not.toContain('secret wish')
  expect(reads()).toBe(1)

  await stage.send('call.requested', asked('lead_2', '+12025550124'))
  await stage.journey('lead_2', isOver)
  expect(reads()).toBe(1)
})

test('a campaign whose rules do not ask for it reads nothing', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'plain', sms: sms('plain') }] }],
    control: { scripts: { '*': once('completed') } },
  })
  await stage.send('call.requested', asked('lead_1'))
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().requests.byRoute[READ]).toBeUndefined()
})

test('a read that fails comes again: the rule is late, the others and the next call are not', async () => {
  const stage = await startStage({
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, retry: { no_answer: ['PT0S'] } },
        followUps: [
          { id: 'rich', when: { extracted: { budget: 'high' }, lastAttempt: false }, sms: sms('rich') },
          { id: 'plain', sms: sms('plain') },
        ],
      },
    ],
    control: {
      leads: [{ leadId: 'lead_1', questionnaire: [{ key: 'budget', answer: 'high' }] }],
      scripts: { lead_1: [...once('no_answer'), ...once('completed')] },
      faults: [{ match: { method: 'GET', path: '/leads/lead_1' }, kind: 'status', status: 503 }],
    },
  })
  await stage.send('call.requested', asked('lead_1'))
  const waiting = await stage.journey(
    'lead_1',
    ({ attempts, effects, steps }) =>
      attempts[1]?.outcome === 'answered' &&
      effects.some(({ rule, state }) => rule === 'plain' && state === 'done') &&
      steps.some(({ kind, why }) => kind === 'read' && why !== undefined),
  )
  expect(waiting).toMatchObject({ state: 'following_up', outcome: 'answered' })
  expect(stage.simulator.truth().texts.map(({ text }) => text)).toEqual(['plain'])

  stage.simulator.control({ faults: [] })
  stage.clock.advance(600_000)
  // What was true of the first call when it ended counts, not what is true now.
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
  expect(stage.simulator.truth().texts.map(({ text }) => text)).toEqual(['plain', 'rich'])
})

test('nothing is extracted from a lead that the vendor does not know, or knows nothing of', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'rich', when: rich, sms: sms('rich') }] }],
    control: {
      scripts: { '*': once('completed') },
      faults: [
        { match: { method: 'GET', path: '/leads/lead_1' }, kind: 'status', status: 404, body: refusal('NOT_FOUND') },
      ],
    },
  })
  for (const [index, leadId] of ['lead_1', 'lead_2'].entries()) {
    await stage.send('call.requested', asked(leadId, `+1202555012${index}`))
    const journey = await stage.journey(leadId, isOver)
    expect(journey).toMatchObject({ state: 'done' })
    expect(journey.timeline).toContainEqual(expect.objectContaining({ what: 'extracted.read', fields: 0 }))
  }
  expect(stage.simulator.truth().texts).toEqual([])
})

test('a read that the vendor keeps refusing goes to a person, whose decision has it read once more', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'rich', when: rich, sms: sms('rich') }] }],
    control: {
      leads: [{ leadId: 'lead_1', questionnaire: { budget: 'high', rooms: 3 } }],
      scripts: { '*': once('completed') },
      faults: [
        {
          ...{ match: { method: 'GET', path: '/leads/lead_1' }, kind: 'status', status: 422 },
          body: refusal('VALIDATION_ERROR'),
        },
      ],
    },
  })
  await stage.send('call.requested', asked('lead_1'))
  const parked = await eventually(async () => {
    stage.clock.advance(60_000)
    const [journey] = await stage.journeysOf('lead_1')
    return journey?.state === 'parked' && journey
  })
  const call = parked.effects.find(({ kind }) => kind === 'call')
  expect(call).toMatchObject({ state: 'parked', why: expect.stringContaining('RejectedError') })

  stage.simulator.control({ faults: [] })
  await stage.api(`/parked/${encodeURIComponent(call?.key ?? '')}`, { json: { happened: true } })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', attempts: [{ outcome: 'answered' }] })
  expect(stage.simulator.truth().texts.map(({ text }) => text)).toEqual(['rich'])
})

test('a journey that is cancelled waits for no answer any more', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ id: 'rich', when: rich, sms: sms('rich') }] }],
    control: {
      leads: [{ leadId: 'lead_1', questionnaire: { budget: 'high', rooms: 3 } }],
      scripts: { '*': once('completed') },
      faults: [{ match: { method: 'GET', path: '/leads/lead_1' }, kind: 'status', status: 503 }],
    },
  })
  await stage.send('call.requested', asked('lead_1'))
  const { id } = await stage.journey('lead_1', ({ steps }) => steps.some(({ kind }) => kind === 'read'))
  await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
  stage.simulator.control({ faults: [] })
  stage.clock.advance(600_000)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'stopped', reason: 'cancelled', steps: [] })
  expect(stage.simulator.truth().texts).toEqual([])
})
