import { expect, test } from 'vitest'
import type { CampaignRules } from '../desk/campaign-board.ts'
import { ruleGroups } from './campaign-rules-words.ts'
import { followUpWords } from './follow-up-words.ts'

const workday = [{ from: 540, to: 1200 }]
const week = [workday, workday, workday, workday, workday, [{ from: 600, to: 1080 }], []]
const plain: CampaignRules = {
  id: 'roof',
  name: 'Roof',
  provider: 'leadsail',
  account: { campaignId: 'HXZ' },
  trigger: { events: [], reentryMs: 'never' },
  mode: 'dial',
  test: false,
  dial: {
    hours: { week, holidays: [] },
    stateRules: 'none',
    maxAttempts: 3,
    maxPer24h: 3,
    minGapMs: 0,
    notAfterMs: 259_200_000,
    retryMs: {},
    stopOn: [],
    pace: { callsPerSecond: 1, maxLive: 10 },
    onUnknown: 'redial',
  },
  poll: { firstMs: 20_000, minMs: 5_000, maxMs: 60_000, deadlineMs: 3_600_000, settleMs: 10_000, walkMs: 30_000 },
  reconcile: { graceMs: 120_000, looks: 3, skewMs: 30_000 },
  outcomes: {},
  writeBack: { submission: false, lead: false },
  followUps: [],
}

const told = (rules: CampaignRules) => Object.fromEntries(ruleGroups(rules).map(({ name, lines }) => [name, lines]))

test('the least that a campaign can say is said in words', () => {
  expect(told(plain)).toEqual({
    Who: ['Leads that come in a list, or that somebody asks for one by one.', 'A lead goes through it once.'],
    When: [
      'Monday to Friday 09:00–20:00; Saturday 10:00–18:00, by the clock of the lead. Outside of that a lead waits.',
      'A lead whose time zone nobody knows is not called.',
    ],
    'How often': [
      'Up to 3 attempts for each lead.',
      'Whatever a call comes to, there is no further attempt.',
      'At most 3 calls to one number in 24 hours, over all campaigns.',
      'No attempt begins later than 3 days after the lead came in, or after the start of its list.',
    ],
    'How fast': [
      'Up to 1 new call a second, and at most 10 live calls at the same moment.',
      'It does not pause itself when calls fail, only when LeadSail refuses the API key.',
    ],
    'In doubt': [
      'When nobody can tell whether a call was placed, it is looked for at LeadSail; where there is surely none, it is placed again.',
    ],
  })
})

test('everything that it can say is said', () => {
  const dial: CampaignRules['dial'] = {
    ...plain.dial,
    hours: { week, holidays: ['2026-12-25', '2027-01-01'] },
    timezone: 'America/New_York',
    stateRules: 'us',
    maxAttempts: 4,
    minGapMs: 600_000,
    retryMs: { no_answer: [7_200_000, 86_400_000], busy: [600_000] },
    stopOn: ['inbound_call', 'reply'],
    pace: { callsPerSecond: 0.2, maxLive: 1 },
    breaker: { failureShare: 0.5, windowMs: 120_000, minCalls: 10 },
    onUnknown: 'park',
    instructions: 'Mention the spring discount.',
  }
  const trigger = { events: ['lead.processed', 'lead.created'], reentryMs: 604_800_000 }
  const words = told({ ...plain, trigger, dial, test: true })
  expect(words['Who']).toEqual([
    'Leads of whom LeadSail says “lead.processed” or “lead.created” in its campaign HXZ, besides those of lists and requests.',
    'The same lead may go through it again 7 days after the last journey ended.',
    'This is a test: its calls are marked as tests and kept apart in every report.',
  ])
  expect(words['When']?.slice(1)).toEqual([
    'Nobody is called on 25 December 2026 and 1 January 2027.',
    "Where nobody knows a lead's time zone, America/New_York is taken.",
    'US numbers are also kept to the hours and daily limits of their state, where those are stricter.',
  ])
  expect(words['How often']).toEqual([
    'Up to 4 attempts for each lead.',
    'No answer: again after 2 hours, then 1 day.',
    'Busy: again after 10 minutes.',
    'Any other outcome is the last word.',
    'At most 3 calls to one number in 24 hours, and 10 minutes between two of them, over all campaigns.',
    'No attempt begins later than 3 days after the lead came in, or after the start of its list.',
    'No further attempt once the lead has called back or replied to a text.',
  ])
  expect(words['How fast']).toEqual([
    'A new call every 5 seconds, and at most 1 live call at the same moment.',
    'It pauses itself when 50% of the calls of the last 2 minutes have failed, judged from 10 calls on.',
  ])
  expect(words['On the phone']).toEqual(['The agent is told: “Mention the spring discount.”'])
})

test('of calls that the vendor places itself only what is ours is told', () => {
  const words = told({ ...plain, mode: 'handover' })
  expect(words['When']).toEqual([
    "The hours of the calls, and when to call again, are the business of LeadSail's dialer.",
  ])
  expect(JSON.stringify(words)).not.toContain('09:00')
  expect(JSON.stringify(words)).not.toContain('at the same moment')
})

const text: CampaignRules['followUps'][number] = {
  id: 'thanks',
  when: { outcome: ['answered', 'qualified'], minTalkMs: 20_000, spokenTo: true },
  act: {
    kind: 'sms',
    text: 'Hi {{ lead.firstName }}',
    delayMs: 120_000,
    hours: { week: Array.from({ length: 7 }, () => workday), holidays: [] },
    cancelOn: ['opt_out', 'reply'],
    via: 'leadsail',
    onUnknown: 'park',
  },
}

test('follow-ups are told with what they wait for', () => {
  expect(followUpWords(text)).toEqual({
    kind: 'sms',
    name: 'thanks',
    when: 'After a call, when it came to “answered or qualified”, the talk lasted at least 20 seconds and a person was spoken to',
    does: 'a text goes out through LeadSail 2 minutes later, 09:00–20:00 by the clock of the lead, unless the lead opts out or replies first.',
    text: 'Hi {{ lead.firstName }}',
  })
  const pixel = followUpWords({
    id: 'lead-pixel',
    when: {},
    act: {
      kind: 'pixel',
      via: 'leadsail',
      platform: 'facebook',
      pixelId: '123',
      event: 'Lead',
      value: 50,
      currency: 'USD',
      actionSource: 'phone_call',
      once: 'lead',
      retryForMs: 1,
      onUnknown: 'retry',
    },
  })
  expect(pixel).toMatchObject({
    when: 'After every call',
    does: 'the conversion “Lead”, worth 50 USD, is reported to Facebook through LeadSail (pixel 123), once for a lead, for ever; in doubt it is fired again.',
  })
})
