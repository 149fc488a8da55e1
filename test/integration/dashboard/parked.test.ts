import { describe, expect, test } from 'vitest'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'
import { decide, LIST, parkedKeys, parking, pathOf, withLostCall } from './parked-call.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS, textOf } from './visitor.ts'

const text = { id: 'thanks', sms: { text: 'Hi {{ lead.firstName }}, thanks.', window: '00:00-24:00' } }
const pixel = {
  id: 'lead-pixel',
  pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead', once: 'lead' },
}

/** A service with one call whose end nobody understands. */
async function withOddCall() {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ ...text, when: { outcome: ['answered'] } }] }],
    control: { scripts: { '*': [{ status: 'weird_status', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  return { stage, key: `call:${journey.id}:1` }
}

test('while nothing waits, the page says what would', async () => {
  const stage = await startStage()
  const { status, html } = await createVisitor(stage.url).get(LIST)
  expect(status).toBe(200)
  expect(textOf(html)).toContain('Nothing waits for a decision.')
  expect(textOf(html)).toContain('nobody but a person can say what happened')
  expect(html).toContain('data-badge hidden')
})

describe('a call whose answer was lost', () => {
  test('stands in the list with what is known of it, and is counted on every page', async () => {
    const { stage, key, journeyId } = await withLostCall('reset_before')
    const visitor = createVisitor(stage.url)
    const { html } = await visitor.get(LIST)
    for (const known of [
      'Call 1 to Ann Lee',
      '+12025550123 lead_1 Roof quotes',
      'The vendor did not show it in',
      'Requested once,',
      'POST /voice/calls/initiate: ECONNRESET.',
    ]) {
      expect(textOf(html)).toContain(known)
    }
    for (const happened of [true, false]) expect(html).toContain(pathOf(key, happened).replaceAll('&', '&amp;'))
    for (const page of ['/dashboard', '/dashboard/audit', `/dashboard/journeys/${journeyId}`]) {
      expect(textOf((await visitor.get(page)).html)).toContain('Parked 1 waiting for a decision')
    }
    expect((await visitor.get('/dashboard')).html).toContain(`<a href="${LIST}">See what is known of each`)
    expect((await visitor.get(`/dashboard/journeys/${journeyId}`)).html).toContain(
      pathOf(key, true).replaceAll('&', '&amp;'),
    )
  })

  test('did not happen: the page says so, the lead is called, and the audit knows who said it', async () => {
    const { stage, key, journeyId } = await withLostCall('reset_before', { env: { ADMIN_API_KEYS } })
    const visitor = createVisitor(stage.url)
    await visitor.signIn(KEYS.operator)
    const question = textOf((await visitor.get(pathOf(key, false))).html)
    expect(question).toContain('Lead lead_1 is called again at the next open moment.')
    expect(question).toContain('lead_1 is called twice.')
    expect(question).not.toContain('Interaction id of the vendor')

    const answer = await decide(visitor, key, false, { note: 'asked the vendor' })
    expect(answer.status).toBe(303)
    const done = await visitor.get(answer.headers.get('location') ?? '')
    expect(textOf(done.html)).toContain('otto decided that call 1 to lead_1 did not happen: “asked the vendor”.')
    expect(done.html).toContain(`/dashboard/journeys/${journeyId}`)
    await expect.poll(() => stage.simulator.truth().calls.length, { timeout: 10_000 }).toBe(1)
    expect(stage.lines).toContainEqual(expect.objectContaining({ msg: 'parked.decided', effect: key, by: 'otto' }))

    const audit = textOf((await visitor.get('/dashboard/audit')).html)
    expect(audit).toContain(`otto Decided that it did not happen Call 1 ${key}`)
    await expect.poll(async () => (await visitor.get(LIST)).html, { timeout: 10_000 }).toContain('Nothing waits')
  })

  test('happened: with its id it is followed, and no other call is made', async () => {
    const { stage, key } = await withLostCall('reset_after')
    const visitor = createVisitor(stage.url)
    expect(textOf((await visitor.get(pathOf(key, true))).html)).toMatch(/With the interaction id: call 1 is followed/)
    const interactionId = String(stage.simulator.truth().calls[0]?.interactionId)
    expect((await decide(visitor, key, true, { interactionId: ` ${interactionId} ` })).status).toBe(303)
    const journey = await stage.journey('lead_1', isOver)
    expect(journey).toMatchObject({ state: 'done', outcome: 'qualified', attempts: [{ interactionId }] })
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('happened: without an id it is over, and nobody is called again', async () => {
    const { stage, key } = await withLostCall('reset_after')
    await decide(createVisitor(stage.url), key, true)
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'timed_out' })
    expect(stage.simulator.truth().calls).toHaveLength(1)
  })

  test('is not taken for another call of ours, nor for nonsense; what was typed stays', async () => {
    const { stage, key } = await withLostCall('reset_before')
    await stage.lead('lead_2', { phone: '+12025550124' })
    const other = await stage.journey('lead_2', isOver)
    const visitor = createVisitor(stage.url)
    for (const [interactionId, fault] of [
      [String(other.attempts[0]?.interactionId), 'This is another call, to lead lead_2.'],
      ['two words', 'no spaces'],
    ] as const) {
      const refused = await decide(visitor, key, true, { interactionId, note: 'kept' })
      expect(refused.status).toBe(422)
      expect(textOf(refused.html)).toContain(fault)
      expect(refused.html).toContain(`value="${interactionId}"`)
      expect(refused.html).toContain('>kept</textarea>')
    }
    expect(await parkedKeys(stage)).toEqual([key])
  })
})

describe('a call whose status is not understood', () => {
  test('is given its meaning, and the rules for that act', async () => {
    const { stage, key } = await withOddCall()
    const visitor = createVisitor(stage.url)
    const { html } = await visitor.get(LIST)
    expect(textOf(html)).toMatch(/The call ended .* with the status “weird_status”\./)
    expect(textOf(html)).toContain(`Interaction ${stage.simulator.truth().calls[0]?.interactionId}`)

    const question = await visitor.get(pathOf(key, true))
    const choices = [...question.html.matchAll(/<option value="(\w+)"/g)].map(([, id]) => id)
    expect(choices).toHaveLength(11)
    expect(choices).not.toContain('unmapped')
    for (const outcome of ['', 'unmapped', 'nonsense']) {
      const refused = await decide(visitor, key, true, { outcome })
      expect(refused.status).toBe(422)
      expect(textOf(refused.html)).toContain('Choose what this call meant.')
    }
    expect((await decide(visitor, key, true, { outcome: 'answered' })).status).toBe(303)
    expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done', outcome: 'answered' })
    expect(stage.simulator.truth().texts).toHaveLength(1)
  })

  test('and did not reach the lead: it is called again as the next attempt', async () => {
    const { stage, key } = await withOddCall()
    const visitor = createVisitor(stage.url)
    expect(textOf((await visitor.get(pathOf(key, false))).html)).toContain('at the next open moment: call 2.')
    await decide(visitor, key, false)
    await stage.journey('lead_1', ({ attempts }) => attempts.length === 2)
    // An attempt stands before its call is placed.
    await expect.poll(() => stage.simulator.truth().calls).toHaveLength(2)
  })
})

test('texts and pixels are sent again, or count as sent', async () => {
  const stage = await startStage({
    campaigns: [{ ...parking, followUps: [text, pixel] }],
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [
        { match: { path: '/sms/send' }, kind: 'reset_before', times: 1 },
        { match: { path: '/pixels/fire' }, kind: 'reset_before', times: 1 },
      ],
    },
    overrides: { requestTimeoutMs: 300 },
  })
  await stage.lead('a/b:c', { phone: '+12025550123' })
  const parked = ({ effects }: JourneyView) => effects.filter(({ state }) => state === 'parked').length
  const journey = await stage.journey('a/b:c', view => parked(view) === 2)
  const visitor = createVisitor(stage.url)
  expect(textOf((await visitor.get(LIST)).html)).toContain('Text Hi Ann, thanks.')

  const [smsKey, pixelKey] = [`sms:${journey.id}:thanks`, 'pixel:leadsail/a/b:c:roof/lead-pixel']
  expect(textOf((await visitor.get(pathOf(smsKey, false))).html)).toContain('Text “thanks” is sent again.')
  expect(textOf((await visitor.get(pathOf(pixelKey, true))).html)).toContain('Pixel “lead-pixel” counts as fired.')
  await decide(visitor, smsKey, false)
  const { headers } = await decide(visitor, pixelKey, true)
  expect(textOf((await visitor.get(headers.get('location') ?? '')).html)).toContain(
    'pixel “lead-pixel” to a/b:c happened.',
  )
  await stage.journey('a/b:c', isOver)
  const truth = stage.simulator.truth()
  expect([truth.texts.length, truth.pixels.length]).toEqual([1, 0])
})
