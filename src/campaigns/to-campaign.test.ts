import { expect, test } from 'vitest'
import { CampaignFile } from './schema.ts'
import { toCampaign } from './to-campaign.ts'

const least = { id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } } as const
const workday = [{ from: 540, to: 1200 }]

test('what the file does not say has its default', () => {
  expect(toCampaign(CampaignFile.parse(least))).toEqual({
    ...least,
    trigger: { events: [], reentryMs: 'never' },
    mode: 'dial',
    test: false,
    dial: {
      hours: { week: [workday, workday, workday, workday, workday, workday, []], holidays: [] },
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
  })
})

test('what a follow-up does not say has its default', () => {
  const campaign = toCampaign({
    ...least,
    followUps: [
      { id: 'text', sms: { text: 'Hi' } },
      { id: 'pixel', pixel: { pixelId: '1', event: 'Lead', platform: 'tiktok' } },
    ],
  })
  expect(campaign.followUps).toEqual([
    {
      id: 'text',
      when: {},
      act: {
        kind: 'sms',
        text: 'Hi',
        delayMs: 0,
        hours: { week: Array.from({ length: 7 }, () => workday), holidays: [] },
        cancelOn: ['opt_out'],
        via: 'leadsail',
        onUnknown: 'park',
      },
    },
    {
      id: 'pixel',
      when: {},
      act: {
        kind: 'pixel',
        via: 'leadsail',
        platform: 'tiktok',
        pixelId: '1',
        event: 'Lead',
        actionSource: 'phone_call',
        once: 'journey',
        retryForMs: 259_200_000,
        onUnknown: 'park',
      },
    },
  ])
})

test('what the file says is what the campaign does', () => {
  const file: CampaignFile = {
    ...least,
    trigger: { events: ['lead.processed'], reentry: 'P7D' },
    start: { at: '2026-12-01T09:00', cron: '0 9 * * mon' },
    mode: 'handover',
    test: true,
    dial: {
      windows: { mon: ['09:00-12:00', '22:00-02:00'] },
      holidays: ['2026-12-25'],
      timezone: 'America/New_York',
      stateRules: 'us',
      maxAttempts: 4,
      maxPer24h: 2,
      minGap: 'PT10M',
      notAfter: 'P2D',
      retry: { no_answer: ['PT0.2S', 'P1D'] },
      stopOn: ['reply'],
      pace: { maxLive: 20 },
      breaker: { failureShare: 0.2, window: 'PT1M', minCalls: 5 },
      onUnknown: 'park',
      instructions: 'Be kind.',
    },
    poll: { max: 'PT30S', since: '2026-12-01' },
    reconcile: { looks: 5 },
    outcomes: { weird: 'answered' },
    writeBack: { lead: true },
    followUps: [
      {
        id: 'thanks',
        when: {
          outcome: ['answered'],
          minTalk: 'PT20S',
          spokenTo: true,
          summary: 'Quote',
          extracted: { budget: 'high' },
          lastAttempt: false,
        },
        sms: {
          text: 'Hi',
          delay: 'PT2M',
          window: '10:00-11:00',
          cancelOn: [],
          via: 'leadsail',
          onUnknown: 'resend',
        },
      },
      {
        id: 'lead',
        pixel: {
          via: 'meta',
          pixelId: '1',
          event: 'Lead',
          value: 5,
          currency: 'USD',
          actionSource: 'chat',
          once: 'lead',
          retryFor: 'P6D',
          onUnknown: 'retry',
          testEventCode: 'T',
        },
      },
    ],
  }
  const campaign = toCampaign(CampaignFile.parse(file))
  expect(campaign).toMatchObject({
    trigger: { events: ['lead.processed'], reentryMs: 604_800_000 },
    start: { at: '2026-12-01T09:00', cron: '0 9 * * mon' },
    mode: 'handover',
    test: true,
    dial: {
      hours: { holidays: ['2026-12-25'] },
      timezone: 'America/New_York',
      stateRules: 'us',
      maxAttempts: 4,
      maxPer24h: 2,
      minGapMs: 600_000,
      notAfterMs: 172_800_000,
      retryMs: { no_answer: [200, 86_400_000] },
      stopOn: ['reply'],
      pace: { callsPerSecond: 1, maxLive: 20 },
      breaker: { failureShare: 0.2, windowMs: 60_000, minCalls: 5 },
      onUnknown: 'park',
      instructions: 'Be kind.',
    },
    poll: { minMs: 5_000, maxMs: 30_000, sinceAt: Date.parse('2026-12-01T05:00:00Z') },
    reconcile: { graceMs: 120_000, looks: 5, skewMs: 30_000 },
    outcomes: { weird: 'answered' },
    writeBack: { submission: false, lead: true },
  })
  expect(campaign.dial.hours.week[0]).toEqual([
    { from: 540, to: 720 },
    { from: 1_320, to: 1_560 },
  ])
  expect(campaign.followUps[0]).toMatchObject({
    when: {
      outcome: ['answered'],
      minTalkMs: 20_000,
      spokenTo: true,
      summary: { source: 'Quote', isIn: expect.any(Function) },
      extracted: { budget: 'high' },
      lastAttempt: false,
    },
    act: { delayMs: 120_000, cancelOn: [], via: 'leadsail', onUnknown: 'resend' },
  })
  expect(campaign.followUps[1]?.act).toEqual({
    kind: 'pixel',
    via: 'meta',
    pixelId: '1',
    event: 'Lead',
    value: 5,
    currency: 'USD',
    actionSource: 'chat',
    once: 'lead',
    retryForMs: 518_400_000,
    onUnknown: 'retry',
    testEventCode: 'T',
  })
})

test('a campaign is frozen to its depths; the file it came from is not', () => {
  const file = CampaignFile.parse({ ...least, trigger: { events: ['lead.processed'] } })
  const campaign = toCampaign(file)
  expect(() => campaign.trigger.events.push('x')).toThrow(TypeError)
  expect(() => campaign.dial.hours.week[0]?.push({ from: 0, to: 1 })).toThrow(TypeError)
  expect(Object.isFrozen(file)).toBe(false)
  expect(Object.isFrozen(file.trigger)).toBe(false)
})
