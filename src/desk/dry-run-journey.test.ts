import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideAfterCall } from '../campaigns/after-call.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { loadCampaign } from '../campaigns/load.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import type { Attempt, Effect, Journey } from '../ledger/journey.ts'
import { rulesAgainst } from './dry-run-journey.ts'
import { createTally } from './dry-run-tally.ts'

const pixel = { platform: 'facebook', pixelId: '1', event: 'Lead' }
const sms = (text: string) => ({ text, window: '00:00-24:00' })

function campaignOf(followUps: object[], more: object = {}): Campaign {
  const file = { id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' }, followUps, ...more }
  const result = loadCampaign(JSON.stringify(file), 'roof.yaml')
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return result.campaign
}

let count = 0

function journeyOf(attempts: Partial<Attempt>[], more: Partial<Journey> = {}): Journey {
  count += 1
  return {
    id: `jrn_00_${String(count).padStart(20, '0')}`,
    version: 1,
    campaign: 'roof',
    provider: 'leadsail',
    leadId: `lead_${count}`,
    person: 'p',
    test: false,
    eventId: 'e',
    joinedEvents: [],
    zones: [],
    attempts: attempts.map((attempt, index) => ({ number: index + 1, state: 'ended', intendedAt: 0, ...attempt })),
    effects: [],
    steps: [],
    createdAt: 0,
    endedAt: 1,
    private: { firstName: 'Ann' },
    ...more,
  }
}

const effect = (kind: Effect['kind'], rule: string, state: Effect['state']): Effect => ({
  ...{ key: `${kind}:${rule}`, kind, rule, state },
  ...{ tries: 1, plannedAt: 0 },
})

const last = { judgedAs: ['last' as const] }

/** Which rules fire, and which nobody can tell of. */
function rulesOf(journey: Journey, campaign: Campaign, inForce = campaign) {
  const { fires, unknown } = rulesAgainst(journey, campaign, inForce)
  return {
    fires: fires.map(({ followUp }) => followUp.id),
    unknown: Object.fromEntries(unknown.map(({ followUp, missing }) => [followUp.id, missing])),
  }
}

describe('a past call is asked about as it was', () => {
  test('with its outcome, talk, whether somebody was spoken to, and summary', () => {
    const campaign = campaignOf([
      { id: 'outcome', when: { outcome: ['answered'] }, pixel },
      { id: 'other', when: { outcome: ['busy'] }, pixel },
      { id: 'talk', when: { minTalk: 'PT30S' }, pixel },
      { id: 'longer', when: { minTalk: 'PT31S' }, pixel },
      { id: 'spoken', when: { spokenTo: true }, pixel },
      { id: 'summary', when: { summary: 'quote' }, pixel },
    ])
    const attempt = { outcome: 'answered' as const, talkMs: 30_000, spokenTo: true, ...last }
    const journey = journeyOf([attempt], { private: { summaries: { 1: 'A quote' } } })
    expect(rulesOf(journey, campaign)).toEqual({ fires: ['outcome', 'talk', 'spoken', 'summary'], unknown: {} })
  })

  test('with a summary that nobody waited for, it cannot be told; one that was waited for was not there', () => {
    const campaign = campaignOf([{ id: 'summary', when: { summary: 'quote' }, pixel }])
    const call = { outcome: 'answered' as const, ...last }
    expect(rulesOf(journeyOf([call]), campaign)).toEqual({ fires: [], unknown: { summary: ['summary'] } })
    expect(rulesOf(journeyOf([{ ...call, awaited: true }]), campaign)).toEqual({ fires: [], unknown: {} })
    expect(rulesOf(journeyOf([{ ...call, outcome: 'timed_out' }]), campaign)).toEqual({ fires: [], unknown: {} })
  })

  test('with what was extracted, where that was kept', () => {
    const campaign = campaignOf([{ id: 'rich', when: { outcome: ['answered'], extracted: { budget: 'high' } }, pixel }])
    const call = { outcome: 'answered' as const, ...last }
    const kept = (budget: string) => ({ private: { extracted: { 1: { budget } } } })
    expect(rulesOf(journeyOf([call], kept(' HIGH')), campaign)).toEqual({ fires: ['rich'], unknown: {} })
    expect(rulesOf(journeyOf([call], kept('low')), campaign)).toEqual({ fires: [], unknown: {} })
    expect(rulesOf(journeyOf([call]), campaign)).toEqual({ fires: [], unknown: { rich: ['extracted'] } })
    expect(rulesOf(journeyOf([{ ...call, outcome: 'busy' }]), campaign)).toEqual({ fires: [], unknown: {} })
  })

  test('as the last one or not, as it was taken for at the time, once or twice', () => {
    const retry = { dial: { retry: { no_answer: ['PT1H'] } } }
    const campaign = campaignOf(
      [
        { id: 'on', when: { lastAttempt: false }, pixel },
        { id: 'gone', when: { lastAttempt: true }, pixel },
      ],
      retry,
    )
    const call = (judgedAs: Attempt['judgedAs']) => ({ outcome: 'no_answer' as const, ...(judgedAs && { judgedAs }) })
    expect(rulesOf(journeyOf([call(['again'])]), campaign).fires).toEqual(['on'])
    expect(rulesOf(journeyOf([call(['last'])]), campaign).fires).toEqual(['gone'])
    expect(rulesOf(journeyOf([call(['again']), call(['last'])]), campaign).fires).toEqual(['on', 'gone'])
    expect(rulesOf(journeyOf([call(['again', 'last'])]), campaign).fires).toEqual(['on', 'gone'])
    // Stopped while the call went on: no rule was asked.
    expect(rulesOf(journeyOf([call([])]), campaign)).toEqual({ fires: [], unknown: {} })
    expect(rulesOf(journeyOf([call(undefined)]), campaign)).toEqual({
      fires: [],
      unknown: { on: ['isLastAttempt'], gone: ['isLastAttempt'] },
    })
  })

  test.each([
    ['after the last call, where each further one came before the text was due', 'PT6H', ['attempt'], 3],
    ['after the first call, where the next one came later', 'PT1H', ['attempt'], 1],
    ['after the first call, where no call calls it off', 'PT6H', ['opt_out'], 1],
  ])('with a text that goes out %s', (_, delay, cancelOn, number) => {
    const campaign = campaignOf([
      { id: 'missed', when: { outcome: ['no_answer'] }, sms: { ...sms('{{ call.talkSeconds }}'), delay, cancelOn } },
    ])
    const hour = 3_600_000
    const attempts = [0, 2, 4].map((hours, index) => ({
      ...{ outcome: 'no_answer' as const, talkMs: 1_000 * (index + 1), ...last },
      ...{ intendedAt: hours * hour, placedAt: hours * hour, endedAt: hours * hour + 60_000 },
    }))
    const journey = journeyOf(attempts, { zones: ['America/New_York'] })
    expect(rulesAgainst(journey, campaign, campaign).fires).toMatchObject([{ text: String(number) }])
  })

  test('by the map of statuses that is tried', () => {
    const rules = [
      { id: 'won', when: { outcome: ['qualified'] }, pixel },
      { id: 'talked', when: { outcome: ['answered'] }, pixel },
    ]
    const inForce = campaignOf(rules, { outcomes: { weird: 'answered' } })
    const tried = campaignOf(rules, { outcomes: { strange: 'qualified' } })
    const call = (status: string, outcome: Outcome) => journeyOf([{ status, outcome, ...last }])
    expect(rulesOf(call('strange', 'unmapped'), inForce).fires).toEqual([])
    expect(rulesOf(call('strange', 'unmapped'), tried, inForce).fires).toEqual(['won'])
    expect(rulesOf(call('Weird', 'answered'), inForce).fires).toEqual(['talked'])
    expect(rulesOf(call('Weird', 'answered'), tried, inForce).fires).toEqual([])
    // What a person decided, or a vendor's own rules, is no matter of the map.
    expect(rulesOf(call('completed', 'qualified'), tried, inForce).fires).toEqual(['won'])
    expect(rulesOf(call('strange', 'timed_out'), tried, inForce).fires).toEqual([])
  })

  test('but only when it ended', () => {
    const campaign = campaignOf([{ id: 'always', pixel }])
    const verdict = rulesAgainst(journeyOf([{ state: 'live' }, { state: 'refused' }]), campaign, campaign)
    expect(verdict).toEqual({ calls: 0, fires: [], refused: [], unknown: [] })
  })

  test('and a text is the one that the lead would get', () => {
    const campaign = campaignOf([
      { id: 'hi', sms: sms("Hi {{ lead.firstName | default: 'you' }}, {{ call.outcome }}") },
      { id: 'empty', sms: sms('{{ lead.lastName }}') },
    ])
    const verdict = rulesAgainst(journeyOf([{ outcome: 'busy', ...last }]), campaign, campaign)
    expect(verdict.fires.map(({ text }) => text)).toEqual(['Hi Ann, busy'])
    expect(verdict.refused.map(({ followUp, reason }) => [followUp.id, reason])).toEqual([
      ['empty', 'its text is empty for this lead'],
    ])
  })
})

test('what the rules in force would fire is what they did after the call', () => {
  const rules = [
    { id: 'a', when: { outcome: ['answered', 'busy'] }, pixel },
    { id: 'b', when: { minTalk: 'PT10S', lastAttempt: true }, pixel },
    { id: 'c', when: { lastAttempt: false }, pixel },
    { id: 'd', when: { spokenTo: false }, pixel },
  ]
  const campaign = campaignOf(rules, {
    dial: { maxAttempts: 3, retry: { busy: ['PT1H', 'PT1H'], voicemail: ['PT1H'] } },
  })
  const call = fc.record({
    outcome: fc.constantFrom<Outcome>('answered', 'busy', 'voicemail', 'unmapped', 'opted_out'),
    talkMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
    spokenTo: fc.option(fc.boolean(), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), calls => {
      const fired = new Set<string>()
      const attempts = calls.map((facts, index): Partial<Attempt> => {
        const outcomes = calls.slice(0, index + 1).map(({ outcome }) => outcome) as [Outcome]
        const ended = { ...facts, outcomes, endedAt: index, journeyStartedAt: 0, stopped: false }
        const { followUps, isLastAttempt } = decideAfterCall(campaign, ended)
        for (const { id } of followUps) fired.add(id)
        const judgedAs = isLastAttempt === undefined ? [] : [isLastAttempt ? ('last' as const) : ('again' as const)]
        const { talkMs, spokenTo, outcome } = facts
        return {
          outcome,
          judgedAs,
          ...(talkMs !== undefined && { talkMs }),
          ...(spokenTo !== undefined && { spokenTo }),
        }
      })
      expect(rulesOf(journeyOf(attempts), campaign).fires.sort()).toEqual([...fired].sort())
    }),
  )
})

test('the sums compare what would be sent with what was', () => {
  const campaign = campaignOf([
    { id: 'kept', when: { outcome: ['answered'] }, sms: sms('New words') },
    { id: 'new', when: { outcome: ['answered'] }, pixel },
    { id: 'never', when: { outcome: ['voicemail'] }, pixel },
    { id: 'open', when: { extracted: { budget: 'high' } }, pixel },
  ])
  const answered = { outcome: 'answered' as const, ...last }
  const sent = journeyOf([answered], {
    effects: [effect('sms', 'kept', 'done'), effect('pixel', 'gone', 'done'), effect('pixel', 'open', 'done')],
  })
  sent.private.texts = { [`sms:${sent.id}:kept`]: 'Old words' }
  const skipped = journeyOf([answered], {
    effects: [effect('sms', 'kept', 'skipped'), effect('pixel', 'gone', 'skipped')],
  })
  const busy = journeyOf([{ outcome: 'busy', ...last }], { effects: [effect('pixel', 'new', 'done')] })
  const tally = createTally(campaign)
  for (const journey of [sent, skipped, busy]) tally.add(journey, rulesAgainst(journey, campaign, campaign))
  const shown = ({ id, leadId }: Journey) => ({ journey: id, leadId })
  expect(tally.result()).toEqual({
    wouldFire: [
      {
        rule: 'kept',
        kind: 'sms',
        count: 2,
        sample: [sent, skipped].map(journey => ({ ...shown(journey), outcome: 'answered', text: 'New words' })),
      },
      {
        rule: 'new',
        kind: 'pixel',
        count: 2,
        sample: [sent, skipped].map(journey => ({ ...shown(journey), outcome: 'answered' })),
      },
    ],
    changes: {
      ...{ added: 2, removed: 2, same: 1, reworded: 1, notSent: 1 },
      rules: [
        { rule: 'kept', kind: 'sms', added: 0, removed: 0, same: 1, reworded: 1, notSent: 1 },
        { rule: 'new', kind: 'pixel', added: 2, removed: 1, same: 0, reworded: 0, notSent: 0 },
        { rule: 'never', kind: 'pixel', added: 0, removed: 0, same: 0, reworded: 0, notSent: 0 },
        { rule: 'open', kind: 'pixel', added: 0, removed: 0, same: 0, reworded: 0, notSent: 0 },
        { rule: 'gone', kind: 'pixel', added: 0, removed: 1, same: 0, reworded: 0, notSent: 0 },
      ],
    },
    unknown: [
      { rule: 'open', kind: 'pixel', count: 3, missing: ['extracted'], sample: [sent, skipped, busy].map(shown) },
    ],
    refused: [],
    silent: ['never', 'open'],
  })
})

test.each([
  ['us', '+13055550123', 'quiet_hours'],
  ['us', '+12125550123', undefined],
  ['none', '+13055550123', undefined],
])('a text that the state never lets out is none that would have been sent: %s, %s', (stateRules, phone, reason) => {
  const followUps = [{ id: 'late', sms: { text: 'Hello', window: '21:00-23:00' } }]
  const journey = journeyOf([{ ...last, outcome: 'answered' }], { private: { phone } })
  const campaign = campaignOf(followUps, { dial: { stateRules } })
  const { fires, refused } = rulesAgainst(journey, campaign, campaign)
  expect(refused.map(entry => entry.reason)).toEqual(reason === undefined ? [] : [reason])
  expect(fires).toHaveLength(reason === undefined ? 1 : 0)
})
