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
const direct = {
  ...pixel,
  pixel: { via: 'meta', pixelId: '1', event: 'Lead', once: 'lead' },
}
const details = { firstName: 'Ann', phone: '+12025550123' }
const create = { method: 'POST', path: '/leads$' }
const person = 'phone,firstName,lastName,email\n+12025550123,Ann,Lee,ann@example.com\n'
const send = { method: 'POST', path: '/leads/send-to-auto-dialer' }
/** The campaign's time is short, for a hand-over of which nobody can tell is decided at its end. */
const handed = {
  ...{ ...quick, mode: 'handover', followUps: [pixel] },
  dial: { ...quick.dial, notAfter: 'PT20S' },
  // Every call is over, and the next one made, before the walk comes to it: runs do not differ by how often they look.
  poll: { ...quick.poll, walk: 'PT0.2S' },
}
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
    name: 'a lead about whom the vendor found something out',
    campaign: {
      ...quick,
      followUps: [{ ...text, when: { outcome: ['qualified'], extracted: { budget: 'high' } } }],
    },
    control: {
      leads: [{ leadId: 'lead_1', questionnaire: { budget: 'High' } }],
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10, summary: 'A call.' }] },
    },
    play: ({ lead }) => lead('lead_1', details),
    shows: /^(?:read-extracted|poll-interaction|send-sms) |read-|text-|poll-/,
    ends: { calls: 1, kinds: ['call', 'sms'], effects: { sms: 'done' } },
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
    shows: /^(?:web\.|receive-event ).* [2-9] |receive-event ledger\.journeys\.transition|^web\.suppressions/,
    ends: { calls: 1, kinds: ['call'], effects: {} },
  },
  {
    name: "a lead whose end is written to the vendor's own records",
    campaign: { ...quick, writeBack: { submission: true, lead: true } },
    control: {
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] },
      // The first try of each fails and is put off.
      faults: [{ match: { method: 'PATCH' }, kind: 'status', status: 503, afterCommit: true, times: 2 }],
    },
    play: ({ lead }) => lead('lead_1', details),
    shows: /^write-back |write-(?:lead|submission)/,
    ends: { calls: 1, kinds: ['call'], effects: {}, records: ['lead qualified', 'submission qualified'] },
  },
  {
    name: 'a call that the vendor places in its own time',
    campaign: {
      ...{ ...quick, provider: 'leadconnector', account: { agentIds: ['agent_1'], workflowId: 'wf_1' } },
      ...{ trigger: { events: ['VoiceAiCallEnd'] }, poll: { ...quick.poll, walk: 'PT0.4S', deadline: 'PT3S' } },
    },
    control: {
      leads: [{ leadId: 'contact_1', phone: details.phone }],
      leadconnector: { enrolmentMs: 100 },
      scripts: { contact_1: [{ status: 'qualified', lengthMs: 10 }] },
    },
    play: ({ send }) =>
      send('call.requested', { campaign: 'roof', leadId: 'contact_1', ...details, timezone: 'America/New_York' }),
    shows: /./,
    // How often the call is looked for differs from run to run.
    varies: /^poll-|^find-interactions (?:ledger\.events|.* (?:[2-9]|\d\d))|^receive-event .* [2-9]|poll-interaction/,
    ends: { calls: 1, kinds: ['call'], effects: {} },
  },
  {
    name: 'somebody of a list whom the vendor does not know',
    campaign: { ...quick, followUps: [pixel] },
    control: { autoCreateLeads: false, scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
    play: ({ list }) => list(person),
    shows: /^(?:web|place-call|fire-pixel) /,
    ends: { calls: 1, kinds: ['call', 'lead', 'pixel'], effects: { lead: 'done', pixel: 'done' } },
  },
  {
    name: 'somebody of a list whose creation is not answered',
    campaign: quick,
    control: {
      autoCreateLeads: false,
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [
        { match: create, kind: 'reset_before', times: 1 },
        { match: create, kind: 'reset_after', times: 1 },
      ],
    },
    play: ({ list }) => list(person),
    shows: /^(?:place-call|reconcile-effect) |reconcile/,
    ends: { calls: 1, kinds: ['call', 'lead'], effects: { lead: 'done' } },
  },
  {
    name: "a lead whom the vendor's dialer reaches at its second call",
    campaign: handed,
    control: {
      leadsail: { autoDialer: { firstCallMs: 100, retryMs: 20, maxAttempts: 3 } },
      scripts: {
        lead_1: [
          { status: 'no_answer', lengthMs: 0 },
          { status: 'qualified', lengthMs: 0 },
        ],
      },
    },
    play: ({ lead }) => lead('lead_1', details),
    shows: /^(?:hand-over|walk-interactions) |handover|walk/,
    ends: { calls: 2, kinds: ['call', 'call', 'handover', 'pixel'], effects: { handover: 'done', pixel: 'done' } },
  },
  {
    name: 'a lead whose hand-over is not answered',
    campaign: { ...handed, poll: { ...handed.poll, walk: 'PT3S' } },
    control: {
      leadsail: { autoDialer: { firstCallMs: 2_000 } },
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: send, kind: 'reset_after', times: 1 }],
    },
    play: ({ lead }) => lead('lead_1', details),
    shows: /^(?:hand-over|walk-interactions|reconcile-effect) |reconcile/,
    ends: { calls: 1, kinds: ['call', 'handover', 'pixel'], effects: { handover: 'done', pixel: 'done' } },
  },
  {
    name: 'a lead whose pixel is refused, and replayed when it is mended',
    campaign: { ...quick, followUps: [pixel] },
    control: {
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] },
      faults: [
        {
          ...{ match: { path: '/pixels/fire' }, kind: 'status', status: 400, times: 1 },
          body: { success: false, error: { code: 'VALIDATION_ERROR', message: 'no such pixel' } },
        },
      ],
    },
    async play({ lead, replay }) {
      await lead('lead_1', details)
      await replay()
    },
    shows: /^(?:fire-pixel|web\.replays|ledger\.(?:replays|journeys)) ?|fire/,
    ends: { calls: 1, kinds: ['call', 'pixel'], effects: { pixel: 'done' } },
  },
  {
    name: 'a lead whose conversion Meta takes once it takes our token',
    campaign: { ...quick, followUps: [direct] },
    control: {
      scripts: { lead_1: [{ status: 'qualified', lengthMs: 10 }] },
      faults: [
        {
          ...{ match: { path: '/meta/' }, kind: 'status', status: 400, times: 1 },
          body: { error: { message: 'Invalid OAuth access token', type: 'OAuthException', code: 190 } },
        },
      ],
    },
    play: ({ lead }) => lead('lead_1', details),
    // Whether it waits for Meta before its second try is a matter of chance, and so is whether there is a fifth transition.
    shows: /^fire-pixel (?!ledger\.journeys\.transition [5-9])|fire/,
    ends: { calls: 1, kinds: ['call', 'pixel'], effects: { pixel: 'done' } },
  },
]
