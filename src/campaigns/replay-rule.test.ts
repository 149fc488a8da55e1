import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Campaign, PixelAct, TextAct } from './campaign.ts'
import { judgeReplay, pixelExpiresAt, type ReplayCase, type ReplayRefusal } from './replay-rule.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const pixel: PixelAct = {
  ...{ kind: 'pixel', via: 'leadsail', pixelId: '1', event: 'Lead', actionSource: 'phone_call', once: 'journey' },
  ...{ retryForMs: 3 * DAY, onUnknown: 'park' },
}
const text: TextAct = {
  ...{ kind: 'sms', text: 'Hi', delayMs: 0, hours: { week: [], holidays: [] }, cancelOn: [], via: 'leadsail' },
  onUnknown: 'park',
}
const campaignOf = (act: PixelAct | TextAct) => ({ followUps: [{ id: 'rule', when: {}, act }] }) as unknown as Campaign

const caseOf = (effect: Partial<ReplayCase['effect']>, act: PixelAct | TextAct = pixel): ReplayCase => ({
  effect: { kind: act.kind, rule: 'rule', state: 'refused', plannedAt: 0, ...effect },
  isCancelled: false,
  campaign: campaignOf(act),
  isCampaignCancelled: false,
  isSuppressed: false,
})

const retrying: PixelAct = { ...pixel, onUnknown: 'retry' }
const ofTikTok: PixelAct = { ...retrying, platform: 'tiktok' }

describe('a replay', () => {
  it.each<[string, ReplayCase, number, ReplayRefusal | undefined]>([
    ['takes up a pixel that was refused', caseOf({}), DAY, undefined],
    ['takes up a pixel that waits for its next try', caseOf({ state: 'planned' }), DAY, undefined],
    ['takes up an expired pixel within 7 days', caseOf({ state: 'expired' }), 7 * DAY - 1, undefined],
    ['leaves a pixel alone that Meta would refuse for its age', caseOf({ state: 'expired' }), 7 * DAY, 'too_late'],
    ['goes by a rule that tries for longer', caseOf({}, { ...pixel, retryForMs: 30 * DAY }), 29 * DAY, undefined],
    ['leaves a TikTok pixel alone after 28 days', caseOf({}, ofTikTok), 28 * DAY, 'too_late'],
    ['leaves calls alone', caseOf({ kind: 'call', rule: '1' }), 0, 'not_by_filter'],
    ['leaves creations of leads alone', caseOf({ kind: 'lead', rule: '1' }), 0, 'not_by_filter'],
    ['leaves alone what is being tried', caseOf({ state: 'intended' }), 0, 'under_way'],
    ['leaves a question to a person', caseOf({ state: 'parked' }), DAY, 'open_question'],
    ['leaves an unknown pixel to a person', caseOf({ state: 'unknown' }), DAY, 'open_question'],
    [
      'takes up an unknown pixel that may be repeated',
      caseOf({ state: 'unknown', until: HOUR }, retrying),
      HOUR,
      undefined,
    ],
    ['waits for its request to be over', caseOf({ state: 'unknown', until: HOUR }, retrying), HOUR - 1, 'under_way'],
    [
      'takes up a TikTok pixel of which nothing is known while repeats are dropped',
      caseOf({ state: 'parked', unclearSince: HOUR }, ofTikTok),
      48 * HOUR,
      undefined,
    ],
    [
      'but not when it would count twice, whatever became of later tries',
      caseOf({ state: 'planned', unclearSince: HOUR }, ofTikTok),
      48 * HOUR + 1,
      'counts_twice',
    ],
    ['leaves alone what a cancelled journey had planned', { ...caseOf({}), isCancelled: true }, 0, 'cancelled'],
    ['leaves cancelled campaigns alone', { ...caseOf({}), isCampaignCancelled: true }, 0, 'campaign_cancelled'],
    ['needs the rule', caseOf({ rule: 'another' }), 0, 'rule_gone'],
    ['needs a rule of its kind', { ...caseOf({}), campaign: campaignOf(text) }, 0, 'rule_gone'],
    ['needs the campaign', { ...caseOf({}), campaign: undefined }, 0, 'rule_gone'],
    ['takes up a text', caseOf({}, text), 7 * DAY, undefined],
    [
      'takes up a text that was to come weeks after its call',
      caseOf({ plannedAt: 0, firstDueAt: 20 * DAY }, { ...text, delayMs: 20 * DAY }),
      27 * DAY,
      undefined,
    ],
    [
      'but not a week after it was to come',
      caseOf({ plannedAt: 0, firstDueAt: 20 * DAY }, { ...text, delayMs: 20 * DAY }),
      27 * DAY + 1,
      'too_late',
    ],
    ['takes up no text of last week', caseOf({ state: 'expired' }, text), 7 * DAY + 1, 'too_late'],
    ['texts nobody who opted out', { ...caseOf({}, text), isSuppressed: true }, 0, 'suppressed'],
    ['fires for people who opted out of texts', { ...caseOf({}), isSuppressed: true }, 0, undefined],
    [
      'leaves an unknown text to the vendor’s list',
      caseOf({ state: 'unknown' }, { ...text, onUnknown: 'resend' }),
      0,
      'open_question',
    ],
  ])('%s', (_, facts, now, refusal) => {
    expect(judgeReplay(facts, now)).toBe(refusal)
  })

  it('never takes up what would have expired by then', () => {
    const at = fc.integer({ min: 0, max: 60 * DAY })
    const acts = fc.record({
      platform: fc.constantFrom<'facebook' | 'tiktok'>('facebook', 'tiktok'),
      retryForMs: fc.integer({ min: 1, max: 60 * DAY }),
    })
    fc.assert(
      fc.property(at, at, acts, (plannedAt, age, rule) => {
        const act = { ...pixel, ...rule }
        const now = plannedAt + age
        const expiresAt = pixelExpiresAt({ plannedAt, replayedAt: now }, act)
        if (judgeReplay(caseOf({ plannedAt }, act), now) === undefined) expect(expiresAt).toBeGreaterThan(now)
        expect(expiresAt - plannedAt).toBeLessThanOrEqual(
          Math.max(act.retryForMs, act.platform === 'tiktok' ? 28 * DAY : 7 * DAY),
        )
        expect(pixelExpiresAt({ plannedAt }, act)).toBe(plannedAt + act.retryForMs)
      }),
    )
  })
})
