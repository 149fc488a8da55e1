import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { createVisitor } from '../dashboard/visitor.ts'
import { deliver } from '../webhooks/deliveries.ts'

/**
 * Every way of opting out against texts and calls that are about to leave: the vendor's own truth knows of none that left
 * later than a second after the opt-out was accepted.
 */

const SECRET = 'a-path-that-nobody-guesses'
const LEADS = process.env['TEST_SCALE'] === 'full' ? 24 : 12
const PROMISED_MS = 1_000

const sms = (text: string, delay: string) => ({ text, delay, window: '00:00-24:00' })
const campaign = {
  ...plainCampaign,
  dial: { ...plainCampaign.dial, maxAttempts: 9, maxPer24h: 99, retry: { no_answer: Array(8).fill('PT1S') } },
  followUps: ['PT0.1S', 'PT0.4S', 'PT0.7S', 'PT1S', 'PT1.3S', 'PT1.6S', 'PT2S', 'PT2.5S', 'PT3S'].map((delay, at) => ({
    id: `text-${at}`,
    when: { outcome: ['no_answer'] },
    sms: sms(`Hello ${at}`, delay),
  })),
}

interface OptOut {
  stage: Stage
  leadId: string
  phone: string
}
const ok = (status: number) => expect(status).toBeLessThan(300)

const ways: Record<string, (asked: OptOut) => Promise<void>> = {
  'a text, by Standard Webhook': async ({ stage, phone }) =>
    ok((await stage.send('text.received', { phone, text: 'Stop' })).status),
  'a text in a sentence': async ({ stage, phone }) =>
    ok((await stage.send('text.received', { phone, text: 'stop texting me' })).status),
  "a text, by LeadSail's SMS agent webhook": async ({ stage, leadId, phone }) => {
    const body = { message: { combinedText: 'STOP', senderPhone: phone }, lead: { leadId } }
    const headers = { 'content-type': 'application/json' }
    const path = `/webhooks/leadsail-sms/${SECRET}`
    ok((await deliver(stage.url, { path, headers, body: Buffer.from(JSON.stringify(body)) })).status)
  },
  'a text that only the vendor has': async ({ stage, leadId }) => {
    stage.simulator.control({ inbound: [{ leadId, text: 'STOP' }] })
  },
  'lead.opted_out by number': async ({ stage, phone }) => ok((await stage.send('lead.opted_out', { phone })).status),
  'lead.opted_out by lead': async ({ stage, leadId }) => ok((await stage.send('lead.opted_out', { leadId })).status),
  'the API': async ({ stage, phone }) => ok((await stage.api('/suppressions', { json: { phone } })).status),
  'a list': async ({ stage, phone }) => {
    const init = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: `phone\n${phone}\n` }
    ok((await stage.api('/suppressions', init)).status)
  },
  'the page': async ({ stage, phone }) => {
    const from = '/dashboard/suppressions'
    const page = await createVisitor(stage.url).send(from, { phone, voice: 'on', sms: 'on' }, { from })
    expect(page.status).toBe(303)
  },
}

test.each(Object.entries(ways))(
  '%s: nothing leaves later than a second after it was accepted',
  async (name, optOut) => {
    const stage = await startStage({
      campaigns: [campaign],
      env: { LEADSAIL_SMS_AGENT_SECRET: SECRET },
      control: { scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] } },
    })
    const people = Array.from({ length: LEADS }, (_, at) => ({
      leadId: `lead_${at}`,
      phone: `+1202555${String(1_000 + at)}`,
      // Some after the first call, some in the middle of the texts: right when one has left and others are about to.
      afterTexts: at % (campaign.followUps.length - 1),
    }))
    stage.simulator.control({ leads: people.map(({ leadId, phone }) => ({ leadId, phone })) })
    for (const { leadId, phone } of people) await stage.lead(leadId, { phone })

    // What the machine itself stood still, under whatever else it does, nobody promised anything about.
    const stalls = monitorEventLoopDelay({ resolution: 5 })
    stalls.enable()
    const acceptedAt = new Map<string, number>()
    const underWay = new Map<string, Promise<void>>()
    await eventually(
      () => {
        const { calls, texts } = stage.simulator.truth()
        const had = (phone: string) => texts.filter(({ to }) => to === phone).length
        for (const { leadId, phone, afterTexts } of people) {
          const isTime = calls.some(call => call.phone === phone) && had(phone) >= afterTexts
          if (underWay.has(phone) || !isTime) continue
          const asked = optOut({ stage, leadId, phone }).then(() => void acceptedAt.set(phone, stage.clock.now()))
          underWay.set(phone, asked)
        }
        return underWay.size === LEADS
      },
      { everyMs: 10, timeoutMs: 20_000 },
    )
    await Promise.all(underWay.values())
    // Each journey comes to its end without a person: what was planned is skipped.
    for (const { leadId } of people) await stage.journey(leadId, ({ state }) => state === 'stopped', 20_000)
    const stalledMs = stalls.max / 1e6

    const { calls, texts } = stage.simulator.truth()
    const left = [...calls.map(({ phone, at }) => ({ phone, at })), ...texts.map(({ to, at }) => ({ phone: to, at }))]
    const after = left.map(({ phone, at }) => at - (acceptedAt.get(phone) ?? 0)).filter(ms => ms > 0)
    const last = Math.max(0, ...after)
    console.log(`${name}: ${left.length} left, ${after.length} after it was accepted, the last ${last} ms later`)
    expect(last).toBeLessThanOrEqual(PROMISED_MS + stalledMs)
    // The race was one: some had left before, and nobody got everything.
    expect(texts.length).toBeGreaterThan(LEADS)
    expect(texts.length).toBeLessThan(LEADS * campaign.followUps.length)
    const { body } = await stage.api<{ suppressions: unknown[] }>('/suppressions?limit=1000')
    expect(body.suppressions).toHaveLength(LEADS)
  },
  60_000,
)

test('an opt-out waits for nothing that waits for the vendor', async () => {
  const stage = await startStage({
    campaigns: [{ ...campaign, trigger: { events: ['lead.processed'] } }],
    env: { SHUTDOWN_TIMEOUT: 'PT1S' },
    control: { faults: [{ match: { path: '/leads/' }, kind: 'hang' }] },
  })
  // More than are handled at once: each asks the vendor for its number, and gets no answer.
  for (let at = 0; at < 250; at += 1) await stage.lead(`lead_${at}`)
  await eventually(() => expect(stage.simulator.truth().requests.total).toBeGreaterThan(90))
  for (const type of ['text.received', 'lead.opted_out']) {
    const phone = type === 'text.received' ? '+12025550123' : '+12025550124'
    const data = type === 'text.received' ? { phone, text: 'STOP' } : { phone }
    ok((await stage.send(type, data)).status)
    const query = `/suppressions?phone=${encodeURIComponent(phone)}`
    const isThere = async () => (await stage.api<{ suppressions: unknown[] }>(query)).body.suppressions.length === 1
    await eventually(isThere, { timeoutMs: PROMISED_MS })
  }
  stage.simulator.control({ faults: [] })
}, 60_000)
