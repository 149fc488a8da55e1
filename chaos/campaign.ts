import type { ControlInput } from '../simulator/control.ts'

/** What the run's campaign asks for, in a form that the judge can hold the truth against. */

export const CAMPAIGN_ID = 'chaos'

/** Follow-ups in the judge's own words: which outcomes ask for which trace at the vendor. */
export interface ExpectedFollowUp {
  id: string
  kind: 'sms' | 'pixel'
  outcomes: readonly string[]
  /** Only when no further attempt follows. */
  lastAttempt: boolean
  /** The text's words, or the pixel's event. */
  trace: string
}

export const followUps: readonly ExpectedFollowUp[] = [
  { id: 'thanks', kind: 'sms', outcomes: ['answered', 'qualified'], lastAttempt: false, trace: 'Thanks for talking.' },
  {
    id: 'missed-you',
    kind: 'sms',
    outcomes: ['no_answer', 'voicemail', 'busy'],
    lastAttempt: true,
    trace: 'Sorry we missed you.',
  },
  { id: 'lead-pixel', kind: 'pixel', outcomes: ['qualified'], lastAttempt: false, trace: 'Lead' },
  { id: 'talk-pixel', kind: 'pixel', outcomes: ['answered', 'qualified'], lastAttempt: false, trace: 'Contact' },
]

export const MAX_ATTEMPTS = 4
/** Delays before the next attempt by outcome: the n-th occurrence takes the n-th. */
export const retries: Readonly<Record<string, readonly string[]>> = {
  no_answer: ['PT1S', 'PT3S', 'PT5S'],
  busy: ['PT0.5S', 'PT2S'],
  voicemail: ['PT2S'],
}

/** Windows always open, short waits; whatever only a person could tell is parked. JSON is YAML. */
export const campaignFile = {
  id: CAMPAIGN_ID,
  name: 'Chaos',
  provider: 'leadsail',
  account: { campaignId: 'CHAOS' },
  dial: {
    windows: { 'mon-sun': '00:00-24:00' },
    timezone: 'America/New_York',
    maxAttempts: MAX_ATTEMPTS,
    maxPer24h: 100,
    retry: retries,
    pace: { callsPerSecond: 1_000, maxLive: 100_000 },
    onUnknown: 'redial',
  },
  poll: { first: 'PT0.3S', min: 'PT0.2S', max: 'PT2S', deadline: 'PT1H', settle: 'PT0.2S' },
  reconcile: { grace: 'PT2S', looks: 3, skew: 'PT0.5S' },
  followUps: followUps.map(({ id, kind, outcomes, lastAttempt, trace }) => ({
    id,
    when: { outcome: outcomes, ...(lastAttempt ? { lastAttempt } : {}) },
    ...(kind === 'sms' ? { sms: textOf(trace) } : { pixel: pixelOf(id, trace) }),
  })),
}

function textOf(text: string) {
  return { text, delay: 'PT0.2S', window: '00:00-24:00', onUnknown: 'park' }
}

function pixelOf(id: string, event: string) {
  const once = id === 'lead-pixel' ? 'lead' : 'journey'
  return { via: 'leadsail', platform: 'facebook', pixelId: '123456789', event, once, onUnknown: 'park' }
}

const EFFECTS = { method: 'POST', path: '/(voice/calls/initiate|sms/send|pixels/fire)$' }

type FaultRule = NonNullable<ControlInput['faults']>[number]

/** How the vendor misbehaves: a name for the table, the share of all matching requests, and the rest of the rule. */
const faultRules: readonly (readonly [name: string, share: number, rule: FaultRule])[] = [
  ['503 before commit', 0.05, { match: EFFECTS, kind: 'status', status: 503 }],
  ['500 after commit', 0.05, { match: EFFECTS, kind: 'status', status: 500, afterCommit: true }],
  ['reset after commit', 0.05, { match: EFFECTS, kind: 'reset_after' }],
  ['429', 0.02, { match: EFFECTS, kind: 'status', status: 429, retryAfter: 1 }],
  ['502 to a GET', 0.1, { match: { method: 'GET', path: '/leadsail/' }, kind: 'status', status: 502 }],
]

/** The names of the faults, in the order in which the vendor counts them. */
export const faultNames: readonly string[] = faultRules.map(([name]) => name)

export function vendorControl(): Partial<ControlInput> {
  let struck = 0
  const faults = faultRules.map(([, share, rule]) => {
    if (rule.match !== EFFECTS) return { ...rule, share }
    // A rule sees only what those before it let pass.
    const ofRest = share / (1 - struck)
    struck += share
    return { ...rule, share: ofRest }
  })
  return {
    timeScale: 60,
    outcomes: { qualified: 0.25, completed: 0.2, no_answer: 0.25, busy: 0.1, voicemail: 0.1, disqualified: 0.1 },
    lists: { lagMs: 200 },
    faults,
  }
}
