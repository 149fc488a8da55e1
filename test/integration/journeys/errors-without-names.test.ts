import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

/** A vendor's words may name whom a request was about: no log line and nothing outside of the sealed part may. */

const lead = { firstName: 'Jörg', lastName: 'Müller-Ott', email: 'jm@example.com', phone: '+12025550163' }
const WORDS = 'Jörg Müller-Ott jm@example.com +12025550163: MUELLER, joerg and ott are bad'
const NAMES = /j(?:ö|oe?)rg|m(?:ü|ue?)ller|\bott\b|jm@|2025550163/i

const faultAt = (path: string, status: number, code: string) => ({
  ...{ match: { path }, kind: 'status' as const, status },
  body: { success: false, error: { code, message: WORDS } },
})

/** What is logged, and what a journey and its events say besides the lead itself. */
async function shown(stage: Stage, journeyId: string): Promise<string[]> {
  const { body } = await stage.api<{ effects: object[]; timeline: object[]; steps: object[] }>(`/journeys/${journeyId}`)
  const { effects, timeline, steps } = body
  const events = (await stage.api<object>('/events')).body
  const { failures } = (await stage.api<{ failures: { cause: string }[] }>('/failures')).body
  // Rows of these show who it is to whoever may see that; what went wrong stands beside it.
  const causes = failures.map(({ cause }) => cause)
  return [...stage.lines, ...effects, ...timeline, ...steps, events, causes].map(part => JSON.stringify(part))
}

const followUps = [
  { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } },
  { id: 'won', pixel: { platform: 'facebook', pixelId: '1', event: 'Lead' } },
]
const answered = { '*': [{ status: 'completed', lengthMs: 10 }] }

test.each([
  ['a text that is refused', '/sms/send', 400, 'SMS_FAILED'],
  ['a text of which nobody knows', '/sms/send', 500, 'INTERNAL_ERROR'],
  ['a text that is throttled', '/sms/send', 429, 'RATE_LIMITED'],
  ['a text before which nobody can be asked', '/interactions/lead/', 503, 'UNAVAILABLE'],
  ['a text before which asking is refused', '/interactions/lead/', 400, 'VALIDATION_ERROR'],
  ['a pixel that is refused', '/pixels/fire', 400, 'VALIDATION_ERROR'],
  ['a call that is refused', '/calls', 400, 'VALIDATION_ERROR'],
  ['a call that nobody can look at', '/interactions/int_', 400, 'VALIDATION_ERROR'],
])('%s names nobody', async (_name, path, status, code) => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps }],
    control: { scripts: answered, faults: [faultAt(path, status, code)] },
  })
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', ...lead })
  const failed = await eventually(async () => {
    const [journey] = await stage.journeysOf('lead_1')
    const isTold = stage.lines.some(line => line['error'] !== undefined || line['err'] !== undefined)
    if (journey === undefined || !isTold) throw new Error('nothing has failed yet')
    return journey
  })
  const parts = await shown(stage, failed.id)
  for (const part of parts) expect(part).not.toMatch(NAMES)
  // What the vendor had to say is still told.
  expect(parts.filter(part => part.includes('are bad')).length).toBeGreaterThan(0)
  expect(parts.some(part => part.includes('[private]'))).toBe(true)
})

test('an event that cannot be handled names nobody', async () => {
  const stage = await startStage({ control: { faults: [faultAt('/leads/', 400, 'VALIDATION_ERROR')] } })
  const { phone: _, ...nameless } = lead
  const answer = await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', ...nameless })
  const event = await stage.event(String(answer.body['eventId']))
  expect(event).toMatchObject({ state: 'rejected', reason: expect.stringContaining('are bad') })
  for (const part of [event, ...stage.lines])
    expect(JSON.stringify(part)).not.toMatch(/j(?:ö|oe?)rg|m(?:ü|ue?)ller|jm@/i)
})

test('a refusal that says do not call is understood whatever the lead is called', async () => {
  const stage = await startStage({
    control: { scripts: { lead_1: [{ refuse: { code: 'VALIDATION_ERROR', message: 'Do not call this lead' } }] } },
  })
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', ...lead, firstName: 'Do', lastName: 'Call' })
  await stage.journey('lead_1', isOver)
  const { body } = await stage.api<{ suppressions: object[] }>('/suppressions')
  expect(body.suppressions).toMatchObject([{ phone: lead.phone }])
})
