import { expect, test } from 'vitest'
import type { ErasureView } from '../../../src/desk/erasures.ts'
import { eventually } from '../../support/eventually.ts'
import { dumpKeys, expectNowhere, keysWith } from '../../support/plain-scan.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const phone = '+12025550123'
const person = { firstName: 'Zebulon', lastName: 'Quickfoot', email: 'zeb.quickfoot@example.com', phone }
/** Everything by which the lead could be known; without DATA_KEY it all lies open. */
const traces = ['lead_zeb', '2025550123', 'Zebulon', 'Quickfoot', 'zeb.quickfoot']

const followed = {
  ...plainCampaign,
  writeBack: { submission: true, lead: true },
  followUps: [
    { id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hi {{ lead.firstName }}', window: '00:00-24:00' } },
    {
      id: 'pixel',
      when: { outcome: ['qualified'] },
      pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead', once: 'lead' },
    },
  ],
}

async function erase(stage: Stage, leadId = 'lead_zeb'): Promise<ErasureView> {
  const asked = await stage.api<ErasureView>(`/leads/${leadId}`, { method: 'DELETE' })
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ status: 'erasing', lead: expect.stringMatching(/^erased_[0-9a-f]{20}$/) })
  return eventually(async () => {
    const { body } = await stage.api<ErasureView>(`/erasures/${asked.body.id}`)
    return body.status === 'erased' && body
  })
}

test('a lead that has been through everything is nowhere any more, and what was done is told without it', async () => {
  const stage = await startStage({
    campaigns: [followed],
    control: {
      scripts: {
        lead_zeb: [{ status: 'qualified', lengthMs: 10, summary: 'Zebulon wants a quote' }],
        '*': [{ status: 'qualified', lengthMs: 10 }],
      },
    },
  })
  await stage.lead('lead_zeb', person)
  await stage.lead('lead_other', { phone: '+12025550177' })
  const before = await stage.journey('lead_zeb', isOver)
  await stage.journey('lead_other', isOver)
  await stage.send('text.received', { phone, leadId: 'lead_zeb', text: 'Zebulon here: not for me, stop calling' })
  // What nobody can read, and what asks nothing of anybody.
  await stage.lead('', { phone })
  await stage.send('call.ended', { provider: 'leadsail', interactionId: String(before.attempts[0]?.interactionId) })
  await eventually(() => keysOf(stage).then(found => expect(found.length).toBeGreaterThan(3)))
  await eventually(async () => {
    const { body } = await stage.api<{ events: { state: string }[] }>('/events')
    return body.events.every(({ state }) => state !== 'received')
  })

  const erased = await erase(stage)
  expect(erased).toMatchObject({ journeys: 1, events: 4 })
  await expectNowhere(stage.env, [...traces, String(before.attempts[0]?.interactionId)])

  // Its journey is found by whoever knows the id, and tells what was done.
  const after = await stage.journey('lead_zeb', journey => journey.erasedAt)
  expect(after).toMatchObject({ id: before.id, leadId: erased.lead, state: 'done', outcome: 'qualified' })
  expect(after.effects.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['call done', 'sms done', 'pixel done'])
  expect(after.timeline.map(({ what }) => what)).toEqual([...before.timeline.map(({ what }) => what), 'lead.erased'])
  const { body: found } = await stage.api<{ journeys: { id: string }[] }>(`/journeys?leadId=${erased.lead}`)
  expect(found.journeys.map(({ id }) => id)).toEqual([before.id])
  expect((await fetch(`${stage.url}/api/v1/events/${before.eventId}/raw`)).status).toBe(404)
  const audit = await stage.api<{ audit: { what: string; subject: string }[] }>('/audit')
  expect(audit.body.audit.map(({ what, subject }) => [what, subject])).toContainEqual(['lead.erased', erased.lead])
  const page = await (await fetch(`${stage.url}/dashboard/journeys/${before.id}`)).text()
  expect(page).toContain('Erased lead')
  // Nobody else was touched, and nothing goes out for whoever is gone.
  expect((await stage.journey('lead_other', isOver)).erasedAt).toBeUndefined()
  expect(await stage.simulator.truth().calls).toHaveLength(2)

  // Erasing again finds nothing.
  expect(await erase(stage)).toMatchObject({ journeys: 0, events: 0 })
})

test('the person may come back, and what was said against reaching them holds', async () => {
  const stage = await startStage({
    campaigns: [followed],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_zeb', person)
  await stage.journey('lead_zeb', isOver)
  await erase(stage)
  await stage.lead('lead_zeb', person)
  const back = await stage.journey('lead_zeb', journey => isOver(journey) && journey.erasedAt === undefined)
  expect(back).toMatchObject({ state: 'done', leadId: 'lead_zeb' })
  // Fired once for this lead, before it was erased.
  expect(back.effects.find(({ kind }) => kind === 'pixel')).toMatchObject({ state: 'skipped' })
  expect(stage.simulator.truth().pixels).toHaveLength(1)

  await stage.api('/suppressions', { json: { phone } })
  await erase(stage)
  await expectNowhere(stage.env, traces)
  await stage.lead('lead_zeb', person)
  expect(await stage.journey('lead_zeb', journey => journey.erasedAt === undefined && isOver(journey))).toMatchObject({
    state: 'stopped',
    reason: 'suppressed',
  })
  expect(stage.simulator.truth().calls).toHaveLength(2)
  const { body } = await stage.api<{ suppressions: object[] }>('/suppressions')
  expect(body.suppressions).toEqual([expect.objectContaining({ channels: ['voice', 'sms'] })])
})

test('a call that is going on is followed to its end without anybody in it; nothing comes after it', async () => {
  const stage = await startStage({
    campaigns: [followed],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 3_000_000, summary: 'Zebulon wants a quote' }] } },
  })
  await stage.lead('lead_zeb', person)
  const live = await stage.journey('lead_zeb', ({ attempts }) => attempts[0]?.state === 'live')
  await erase(stage)
  const held = await stage.journey('lead_zeb', journey => journey.erasedAt)
  expect(held).toMatchObject({ state: 'in_call', reason: 'cancelled' })
  await expectNowhere(stage.env, traces)

  const after = await stage.journey('lead_zeb', isOver)
  expect(after).toMatchObject({ id: live.id, state: 'stopped', outcome: 'qualified' })
  await expectNowhere(stage.env, [...traces, String(live.attempts[0]?.interactionId)])
  expect(stage.simulator.truth()).toMatchObject({ texts: [], pixels: [] })
  // The number is free again.
  await stage.lead('lead_zeb', person)
  await stage.journey('lead_zeb', journey => journey.erasedAt === undefined && journey.attempts[0]?.state === 'live')
})

test('an answer that comes after the erasing brings nobody back, and its act is not done again', async () => {
  const stage = await startStage({
    campaigns: [followed],
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ kind: 'slow', delayMs: 1_500, match: { path: '/sms/send' } }],
    },
  })
  await stage.lead('lead_zeb', person)
  await stage.journey('lead_zeb', ({ effects }) =>
    effects.some(({ kind, state }) => kind === 'sms' && state === 'intended'),
  )
  await erase(stage)
  await stage.journey('lead_zeb', ({ timeline }) => timeline.some(({ what }) => what === 'answer.came_too_late'))
  const after = await stage.journey('lead_zeb', isOver)
  expect(after.effects.find(({ kind }) => kind === 'sms')).toMatchObject({ state: 'skipped' })
  expect(stage.simulator.truth().texts).toHaveLength(1)
  await expectNowhere(stage.env, traces)
})

test('only an admin may, and the wish is on disk before it is answered', async () => {
  const keys = { viewer: 'viewer-key-1234567890', operator: 'operator-key-1234567890', admin: 'admin-key-1234567890' }
  const env = {
    ADMIN_API_KEYS: Object.entries(keys)
      .map(([role, key]) => `${role}:${role}:${key}`)
      .join(','),
  }
  const stage = await startStage({ env })
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
  for (const key of [keys.viewer, keys.operator]) {
    expect((await stage.api('/leads/lead_zeb', { method: 'DELETE', ...as(key) })).status).toBe(403)
  }
  const asked = await stage.api<ErasureView>('/leads/lead_zeb', { method: 'DELETE', ...as(keys.admin) })
  expect(asked.status).toBe(202)
  await stage.restart()
  await eventually(async () => {
    const { body } = await stage.api<ErasureView>(`/erasures/${asked.body.id}`, as(keys.viewer))
    return body.status === 'erased'
  })
})

async function keysOf(stage: Stage): Promise<string[]> {
  return keysWith(await dumpKeys(String(stage.env['REDIS_URL']), String(stage.env['REDIS_PREFIX'])), traces)
}
