/**
 * What a campaign file need not say, in the file's own words. The JSON Schema tells these to the author, the rules
 * between fields judge by them, and `to-campaign.ts` fills them in. Where a campaign has no breaker none is made: its
 * values here complete one that is given in part.
 */
export const defaults = {
  mode: 'dial',
  test: false,
  trigger: { events: [] as string[], reentry: 'never' },
  dial: {
    windows: { 'mon-sat': '09:00-20:00' } as Record<string, string>,
    holidays: [] as string[],
    stateRules: 'none',
    maxAttempts: 3,
    maxPer24h: 3,
    minGap: 'PT0S',
    notAfter: 'P3D',
    retry: {},
    stopOn: [] as ('inbound_call' | 'reply')[],
    pace: { callsPerSecond: 1, maxLive: 10 },
    breaker: { failureShare: 0.5, window: 'PT2M', minCalls: 10 },
    onUnknown: 'redial',
  },
  poll: { first: 'PT20S', min: 'PT5S', max: 'PT60S', deadline: 'PT1H', settle: 'PT10S', walk: 'PT30S' },
  reconcile: { grace: 'PT2M', looks: 3, skew: 'PT30S' },
  writeBack: { submission: false, lead: false },
  sms: {
    delay: 'PT0S',
    window: '09:00-20:00',
    cancelOn: ['opt_out'] as ('opt_out' | 'reply' | 'attempt')[],
    onUnknown: 'park',
  },
  pixel: { via: 'leadsail', actionSource: 'phone_call', once: 'journey', retryFor: 'P3D', onUnknown: 'park' },
} as const
