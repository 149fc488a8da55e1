import { expect, test } from 'vitest'
import type { ControlInput } from '../../../simulator/control.ts'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import {
  autoDialer,
  handedCampaign,
  handedList,
  happenings,
  importRows,
  post,
  startHandOver,
  untilProgress,
} from '../../support/hand-over-stage.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const HOUR_MS = 3_600_000

test('leads that belong to another campaign of the vendor are called in that one, and followed to their end', async () => {
  const sms = { text: 'Hello', window: '00:00-24:00' }
  const followUps = [{ id: 'hello', when: { outcome: ['qualified'] }, sms }]
  const scripts = {
    '*': [
      { status: 'no_answer', lengthMs: 10 },
      { status: 'qualified', lengthMs: 10 },
    ],
  }
  const stage = await startHandOver({ ...handedList, followUps }, { scripts })
  // The vendor knows them already, as leads of OTHER.
  for (let index = 0; index < 5; index += 1) {
    stage.simulator.control({ foreignCalls: [{ leadId: `row_${index}`, campaignId: 'OTHER', createdAgoMs: HOUR_MS }] })
  }
  await importRows(stage, 5)
  await post(stage, '/campaigns/roof/start')
  await untilProgress(stage, { total: 5, done: 5 })
  const { calls, texts, handOvers } = stage.simulator.truth()
  expect(new Set(calls.map(({ campaignId }) => campaignId))).toEqual(new Set(['OTHER']))
  expect({ calls: calls.length, texts: texts.length, handOvers: handOvers.length }).toEqual({
    ...{ calls: 10, texts: 5, handOvers: 5 },
  })
  const journey = await stage.journey('row_3', isOver)
  expect(journey).toMatchObject({ state: 'done', outcome: 'qualified', attempts: [{ number: 1 }, { number: 2 }] })
  const told = journey.timeline.filter(({ what }) => what === 'call.other_campaign')
  expect(told).toMatchObject([
    { attempt: 1, vendorCampaign: 'OTHER' },
    { attempt: 2, vendorCampaign: 'OTHER' },
  ])
})

test('a call that another journey of ours may have placed stays that one’s', async () => {
  const reconcile = { grace: 'PT0.5S', looks: 2, skew: 'PT0.3S' }
  const own = { ...plainCampaign, id: 'own', account: { campaignId: 'OWN' }, trigger: {}, reconcile }
  const control: Partial<ControlInput> = {
    leadsail: { autoDialer: { ...autoDialer, retryMs: 7 * 24 * HOUR_MS * 1_000 } },
    scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] },
    faults: [{ match: { method: 'POST', path: '/voice/calls/initiate' }, kind: 'reset_after', times: 1 }],
  }
  const stage = await startHandOver(handedCampaign, control, [own])
  await stage.lead('lead_1', { phone: '+12025550123' })
  // Looked after every tenth of a second from here on.
  const { id } = await stage.journey('lead_1', ({ attempts }) => attempts[0]?.state === 'ended')
  await stage.send('call.requested', { campaign: 'own', leadId: 'lead_1', phone: '+12025550123' })
  const dialed = await stage.journey('lead_1', journey => journey.campaign === 'own' && isOver(journey))
  const [dialers, ours, ...more] = stage.simulator.truth().calls
  expect(more).toEqual([])
  expect(dialed.attempts).toMatchObject([{ interactionId: ours?.interactionId, outcome: 'no_answer' }])
  const { attempts } = (await stage.api<JourneyView>(`/journeys/${id}`)).body
  expect(attempts).toMatchObject([{ interactionId: dialers?.interactionId }])
})

test('a walk for which there is no hand-over ends at its first look', async () => {
  const stage = await startStage({ campaigns: [plainCampaign] })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', isOver)
  const ledger = await openLedger(stage.env, stage.clock)
  await ledger.journeys.transition(id, draft => {
    draft.plan('walk', '2', draft.now)
    return undefined
  })
  const journey = await stage.journey('lead_1', ({ steps }) => steps.length === 0)
  expect(happenings(journey)).toContain('walk.without_hand_over')
  expect(journey).toMatchObject({ state: 'done', attempts: [{ number: 1 }] })
})
