import { expect, test } from 'vitest'
import { describeFault, loadCampaign, warningsIn } from './load.ts'

const pixel = 'pixel: { platform: facebook, pixelId: "1", event: Lead }'
const rule = (when: string) => `  - id: a\n    when: ${when}\n    ${pixel}\n`

function told(when: string, more = '', provider = 'leadsail', account = '{ campaignId: HXZ }') {
  const text = `id: roof\nname: Roof\nprovider: ${provider}\naccount: ${account}\n${more}followUps:\n${rule(when)}`
  const result = loadCampaign(text, 'roof.yaml')
  if ('faults' in result) return { faults: result.faults.map(describeFault), warnings: [] }
  return { faults: [], warnings: warningsIn({ file: 'roof.yaml', text, ...result }).map(describeFault) }
}

const statuses =
  'statuses of leadsail come to answered, qualified, disqualified, incomplete, voicemail, no_answer, busy, callback_requested, opted_out, timed_out; map another one under outcomes'

test.each<[when: string, more: string, faults: string[]]>([
  ['{ outcome: [failed] }', '', [`roof.yaml:7 followUps[0].when.outcome: can never be reached: ${statuses}`]],
  ['{ outcome: [failed] }', 'outcomes: { broken: failed }\n', []],
  ['{ outcome: [failed, busy] }', '', []],
  [
    '{ outcome: [unmapped] }',
    '',
    [
      'roof.yaml:7 followUps[0].when.outcome: can never be reached: after a status that nobody understood no rule is asked; map the status under outcomes',
    ],
  ],
  ['{ outcome: [timed_out] }', '', []],
  [
    '{ outcome: [timed_out], minTalk: PT1S, spokenTo: false, summary: x }',
    '',
    ['minTalk', 'spokenTo', 'summary'].map(
      key => `roof.yaml:7 followUps[0].when.${key}: can never hold: of a call that timed out nothing but that is known`,
    ),
  ],
  ['{ outcome: [timed_out, answered], minTalk: PT1S }', '', []],
  ['{ outcome: [timed_out], extracted: { budget: high } }', '', []],
  [
    '{ lastAttempt: false }',
    '',
    ['roof.yaml:7 followUps[0].when.lastAttempt: can never be false: dial.retry plans no further attempt'],
  ],
  ['{ lastAttempt: true }', '', []],
  ['{ lastAttempt: false }', 'dial: { retry: { busy: [PT1H] } }\n', []],
  [
    '{ lastAttempt: false }',
    'dial: { maxAttempts: 1, retry: { busy: [PT1H] } }\n',
    ['roof.yaml:8 followUps[0].when.lastAttempt: can never be false: dial.retry plans no further attempt'],
  ],
  [
    '{ outcome: [answered, voicemail], lastAttempt: false }',
    'dial: { retry: { busy: [PT1H] } }\n',
    [
      'roof.yaml:8 followUps[0].when.lastAttempt: can never be false: dial.retry plans no further attempt after answered or voicemail',
    ],
  ],
  ['{ lastAttempt: false }', 'mode: handover\n', []],
  ['{ extracted: {} }', '', ['roof.yaml:7 followUps[0].when.extracted: names no field: leave it out, or name one']],
])('a rule for %s with %j', (when, more, faults) => {
  expect(told(when, more).faults).toEqual(faults)
})

test('what is faulty by itself is not judged any further', () => {
  const { faults } = told('{ outcome: [wrong], lastAttempt: maybe }', 'outcomes: 3\nmode: fly\n')
  expect(faults.map(fault => fault.split(' ')[1])).toEqual([
    'outcomes:',
    'mode:',
    'followUps[0].when.outcome[0]:',
    'followUps[0].when.lastAttempt:',
  ])
})

test('of a vendor whose words are not all known, nothing is said to be out of reach', () => {
  expect(told('{ outcome: [failed] }', '', 'leadconnector', '{ agentIds: [a] }')).toEqual({ faults: [], warnings: [] })
})

test('an outcome out of reach beside others is worth a warning', () => {
  expect(told('{ outcome: [busy, failed] }').warnings).toEqual([
    `roof.yaml:7 followUps[0].when.outcome: failed can never be reached: ${statuses}`,
  ])
})

test.each<[fields: string, faults: string[]]>([
  ['value: 5', ['roof.yaml:7 followUps[0].pixel.value: means nothing without currency: give both or neither']],
  ['currency: USD', ['roof.yaml:7 followUps[0].pixel.currency: means nothing without value: give both or neither']],
  ['value: 5, currency: USD', []],
])('a pixel with %s', (fields, faults) => {
  const text = `id: roof\nname: Roof\nprovider: leadsail\naccount: { campaignId: HXZ }\nfollowUps:\n  - id: a\n    pixel: { platform: facebook, pixelId: "1", event: Lead, ${fields} }\n`
  const result = loadCampaign(text, 'roof.yaml')
  expect('faults' in result ? result.faults.map(describeFault) : []).toEqual(faults)
})

test.each([
  ['true', 1],
  ['false', 0],
])('a text of a campaign with test: %s', (mode, count) => {
  const text = `id: roof\nname: Roof\nprovider: leadsail\naccount: { campaignId: HXZ }\ntest: ${mode}\nfollowUps:\n  - id: a\n    sms: { text: Hello }\n`
  const result = loadCampaign(text, 'roof.yaml')
  const warnings = 'campaign' in result ? warningsIn({ file: 'roof.yaml', text, ...result }).map(describeFault) : []
  expect(warnings).toEqual(
    Array(count).fill(
      'roof.yaml:8 followUps[0].sms: is sent for real, though the campaign is in test mode: LeadSail has no test texts. Rehearse with numbers of your own',
    ),
  )
})

test.each([
  [
    'leadsail',
    'via: meta, actionSource: website',
    /followUps\[0\].pixel.actionSource: .*whose page and browser LeadSail does not know is refused by Meta.*phone_call/,
  ],
  [
    'leadconnector',
    'via: meta, actionSource: website',
    /followUps\[0\].pixel.actionSource: is refused by Meta for every lead: LeadConnector tells neither/,
  ],
  ['leadsail', 'via: meta', undefined],
  ['leadsail', 'via: leadsail, platform: facebook, actionSource: website', undefined],
  ['leadsail', 'via: tiktok, actionSource: website', undefined],
])('a pixel of %s with %s', (provider, fields, warning) => {
  const account = provider === 'leadsail' ? 'campaignId: HXZ' : 'agentIds: [a]'
  const text = `id: roof\nname: Roof\nprovider: ${provider}\naccount: { ${account} }\nfollowUps:\n  - id: a\n    pixel: { pixelId: "1", event: Lead, ${fields} }\n`
  const result = loadCampaign(text, 'roof.yaml')
  const warnings =
    'campaign' in result ? warningsIn({ file: 'roof.yaml', text, ...result }).map(describeFault) : ['none']
  expect(warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)])
})

const NO_CODE = 'must be an ISO 4217 code such as USD'
test.each([
  ['via: meta, pixelId: "123"', undefined],
  ['via: tiktok, pixelId: "CAB12DEF3"', undefined],
  ['via: leadsail, platform: facebook, pixelId: "px_12-a"', undefined],
  ['via: meta, pixelId: "../../me"', 'pixelId: must be digits, as the ids of Meta’s pixels are'],
  ['via: meta, pixelId: "12a"', 'pixelId: must be digits, as the ids of Meta’s pixels are'],
  ['via: tiktok, pixelId: "CAB-1"', 'pixelId: must be letters and digits, as the ids of TikTok’s pixels are'],
  ['via: tiktok, pixelId: "a/b?c"', 'pixelId: must be letters and digits, as the ids of TikTok’s pixels are'],
  ['via: meta, pixelId: "1", value: 1, currency: EUR', undefined],
  ['via: meta, pixelId: "1", value: 1, currency: ZZZ', `currency: ${NO_CODE}`],
  ['via: meta, pixelId: "1", value: 1, currency: usd', `currency: ${NO_CODE}`],
])('a pixel with %s', (fields, fault) => {
  const text = `id: roof\nname: Roof\nprovider: leadsail\naccount: { campaignId: HXZ }\nfollowUps:\n  - id: a\n    pixel: { event: Lead, ${fields} }\n`
  const result = loadCampaign(text, 'roof.yaml')
  const faults = 'faults' in result ? result.faults.map(describeFault) : []
  expect(faults).toEqual(fault === undefined ? [] : [`roof.yaml:7 followUps[0].pixel.${fault}`])
})

test.each<[mode: string, code: string, warning: string[]]>([
  [
    'true',
    '',
    [
      'roof.yaml:8 followUps[0].pixel: is never fired: the campaign is in test mode, and the pixel has no testEventCode',
    ],
  ],
  ['true', ', testEventCode: T1', []],
  ['false', '', []],
  [
    'false',
    ', testEventCode: T1',
    ['roof.yaml:8 followUps[0].pixel.testEventCode: makes a test of every conversion of a campaign that is none'],
  ],
])('a pixel of a campaign with test: %s%s', (mode, code, warnings) => {
  const text = `id: roof\nname: Roof\nprovider: leadsail\naccount: { campaignId: HXZ }\ntest: ${mode}\nfollowUps:\n  - id: a\n    pixel: { platform: facebook, pixelId: "1", event: Lead${code} }\n`
  const result = loadCampaign(text, 'roof.yaml')
  expect('campaign' in result && warningsIn({ file: 'roof.yaml', text, ...result }).map(describeFault)).toEqual(
    warnings,
  )
})
