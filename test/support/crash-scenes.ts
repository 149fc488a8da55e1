import type { Scene } from './crash-run.ts'
import { eventually } from './eventually.ts'
import { plainCampaign } from './stage.ts'

const quick = {
  ...plainCampaign,
  dial: { ...plainCampaign.dial, timezone: 'America/New_York', retry: { no_answer: ['PT0S'] } },
  poll: { first: 'PT0.05S', min: 'PT0.05S', max: 'PT0.2S', deadline: 'PT1H', settle: 'PT0.05S' },
  reconcile: { grace: 'PT0.3S', looks: 2, skew: 'PT0.3S' },
}
const text = {
  id: 'thanks',
  when: { outcome: ['qualified'] },
  // Asking for the summary makes every end wait for it once. The delay keeps the text out of the pixel's way.
  sms: { text: 'Hi {{ lead.firstName }}{{ call.summary }}', window: '00:00-24:00', delay: 'PT0.4S' },
}
const pixel = {
  id: 'lead-pixel',
  when: { outcome: ['qualified'] },
  pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead', once: 'lead' },
}
const details = { firstName: 'Ann', phone: '+12025550123' }
const initiate = { method: 'POST', path: '/voice/calls/initiate' }

/** Everything a handler can do, in as few journeys as that takes. */
export const scenes: readonly Scene[] = [
  {
    name: 'a lead who is reached at the second call',
    campaign: { ...quick, followUps: [text, pixel] },
    control: {
      scripts: {
        lead_1: [
          { status: 'no_answer', lengthMs: 10, summary: null },
          { status: 'qualified', lengthMs: 10, summary: null },
        ],
      },
      // The first look fails and is put off, however quick the machine is.
      faults: [{ match: { method: 'GET', path: '/interactions/int' }, kind: 'status', status: 503, times: 1 }],
    },
    play: ({ lead }) => lead('lead_1', details),
    shows: /./,
    ends: { calls: 2, kinds: ['call', 'call', 'pixel', 'sms'], effects: { sms: 'done', pixel: 'done' } },
  },
  {
    name: 'a lead whose answers are all lost',
    campaign: { ...quick, followUps: [text, pixel] },
    control: {
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10, summary: null }] },
      faults: [
        { match: initiate, kind: 'reset_before', times: 1 },
        { match: initiate, kind: 'reset_after', times: 1 },
        { match: { path: '/sms/send' }, kind: 'reset_after', times: 1 },
        { match: { path: '/pixels/fire' }, kind: 'reset_after', times: 1 },
      ],
    },
    play: ({ lead }) => lead('lead_1', details),
    shows: /^(?:place-call|send-sms|fire-pixel|reconcile-effect) |reconcile/,
    ends: { calls: 1, kinds: ['call', 'pixel', 'sms'], effects: { sms: 'done', pixel: 'parked' } },
  },
  {
    name: 'a lead who comes twice, is hinted at and opts out',
    campaign: { ...quick, poll: { ...quick.poll, first: 'PT2S' } },
    control: { scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] } },
    async play({ lead, send, passed, simulator }) {
      await lead('lead_1', details)
      await passed('place-call ledger.journeys.transition 2 after')
      const again = { campaign: 'roof', leadId: 'lead_1', phone: details.phone, timezone: 'America/New_York' }
      await send('call.requested', again)
      await passed('receive-event ledger.events.settle 2 after')
      await eventually(() => simulator.truth().calls.length === 1)
      await send('call.ended', { provider: 'leadsail', interactionId: simulator.truth().calls[0]?.interactionId })
      await passed('receive-event ledger.events.settle 3 after')
      await send('lead.opted_out', { leadId: 'lead_1' })
    },
    shows: /^(?:web\.|receive-event ).* [2-9] |receive-event ledger\.(?:journeys\.transition|people)/,
    ends: { calls: 1, kinds: ['call'], effects: {} },
  },
]
