import type { Campaign, DialRules, FollowUp, FollowUpCondition, PixelAct, TextAct } from './campaign.ts'
import { defaults } from './defaults.ts'
import { durationMs } from './duration.ts'
import { dailyHours, parseHours } from './hours.ts'
import { parseInstantMs } from './instant.ts'
import type { CampaignFile } from './schema.ts'
import { compilePattern } from './summary-pattern.ts'
import type { Outcome, ProviderName } from './vocabulary.ts'

type Dial = NonNullable<CampaignFile['dial']>
type Rule = NonNullable<CampaignFile['followUps']>[number]
type Sms = NonNullable<Rule['sms']>
type Pixel = NonNullable<Rule['pixel']>

/** The campaign a valid file stands for: every default filled in, durations in milliseconds, deeply frozen. */
export function toCampaign(source: CampaignFile): Campaign {
  const file = structuredClone(source)
  const { reentry = defaults.trigger.reentry, events = [...defaults.trigger.events] } = file.trigger ?? {}
  const reconcile = { ...defaults.reconcile, ...file.reconcile }
  return deepFreeze({
    id: file.id,
    name: file.name,
    provider: file.provider,
    account: file.account,
    trigger: { events, reentryMs: reentry === 'never' ? reentry : durationMs(reentry) },
    ...(file.start && { start: file.start }),
    mode: file.mode ?? defaults.mode,
    test: file.test ?? defaults.test,
    dial: toDialRules(file.dial ?? {}),
    poll: toPollRules(file),
    reconcile: {
      graceMs: durationMs(reconcile.grace),
      looks: reconcile.looks,
      skewMs: durationMs(reconcile.skew),
    },
    outcomes: file.outcomes ?? {},
    writeBack: { ...defaults.writeBack, ...file.writeBack },
    followUps: (file.followUps ?? []).map(rule => toFollowUp(rule, file.provider)),
  })
}

function toDialRules(file: Dial): DialRules {
  const dial = { ...defaults.dial, ...file }
  const breaker = file.breaker && { ...defaults.dial.breaker, ...file.breaker }
  const retryMs: Partial<Record<Outcome, number[]>> = {}
  for (const [outcome, delays] of Object.entries(file.retry ?? {})) retryMs[outcome as Outcome] = delays.map(durationMs)
  return {
    hours: parseHours(dial.windows, dial.holidays),
    ...(file.timezone !== undefined && { timezone: file.timezone }),
    stateRules: dial.stateRules,
    maxAttempts: dial.maxAttempts,
    maxPer24h: dial.maxPer24h,
    minGapMs: durationMs(dial.minGap),
    notAfterMs: durationMs(dial.notAfter),
    retryMs,
    stopOn: [...dial.stopOn],
    pace: { ...defaults.dial.pace, ...file.pace },
    ...(breaker && {
      breaker: {
        failureShare: breaker.failureShare,
        windowMs: durationMs(breaker.window),
        minCalls: breaker.minCalls,
      },
    }),
    onUnknown: dial.onUnknown,
    ...(file.instructions !== undefined && { instructions: file.instructions }),
  }
}

function toPollRules(file: CampaignFile): Campaign['poll'] {
  const poll = { ...defaults.poll, ...file.poll }
  const sinceAt = file.poll?.since === undefined ? undefined : parseInstantMs(file.poll.since, file.dial?.timezone)
  return {
    firstMs: durationMs(poll.first),
    minMs: durationMs(poll.min),
    maxMs: durationMs(poll.max),
    deadlineMs: durationMs(poll.deadline),
    settleMs: durationMs(poll.settle),
    walkMs: durationMs(poll.walk),
    ...(sinceAt !== undefined && { sinceAt }),
  }
}

function toFollowUp({ id, when = {}, sms, pixel }: Rule, provider: ProviderName): FollowUp {
  if (sms) return { id, when: toCondition(when), act: toTextAct(sms, provider) }
  if (pixel) return { id, when: toCondition(when), act: toPixelAct(pixel) }
  throw new RangeError(`follow-up ${id} has neither sms nor pixel`)
}

function toCondition({ minTalk, summary, ...same }: NonNullable<Rule['when']>): FollowUpCondition {
  return {
    ...same,
    ...(minTalk !== undefined && { minTalkMs: durationMs(minTalk) }),
    ...(summary !== undefined && { summary: compilePattern(summary) }),
  }
}

function toTextAct(file: Sms, provider: ProviderName): TextAct {
  const sms = { ...defaults.sms, ...file }
  return {
    kind: 'sms',
    text: sms.text,
    delayMs: durationMs(sms.delay),
    hours: dailyHours(sms.window),
    cancelOn: [...sms.cancelOn],
    via: file.via ?? provider,
    onUnknown: sms.onUnknown,
  }
}

function toPixelAct(file: Pixel): PixelAct {
  const { retryFor, ...pixel } = { ...defaults.pixel, ...file }
  return { kind: 'pixel', ...pixel, retryForMs: durationMs(retryFor) }
}

/** A campaign is shared by everything that runs. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
