import { expect, test } from 'vitest'
import type { Campaign } from './campaign.ts'
import { loadCampaign } from './load.ts'
import { readRules } from './rules-text.ts'

const file = `id: roof
name: Roof
provider: leadsail
account: { campaignId: HXZ }
dial: { maxAttempts: 2, retry: { no_answer: [PT0.2S] } }
outcomes: { broken: failed }
followUps:
  - id: thanks
    sms: { text: Thanks }
`
const loaded = loadCampaign(file, 'roof.yaml')
const base: Campaign = 'campaign' in loaded ? loaded.campaign : expect.unreachable()

const faultsIn = (text: string) => {
  const read = readRules(text, base)
  return 'faults' in read ? read.faults.map(({ line, path, reason }) => `${line} ${path}: ${reason}`) : []
}

test('a whole file takes the place of the one in force', () => {
  expect(readRules(file.replace('Thanks', 'Thank you'), base)).toMatchObject({
    campaign: { id: 'roof', followUps: [{ id: 'thanks', act: { text: 'Thank you' } }] },
  })
})

test.each([
  ['JSON', '{"followUps":[{"id":"sorry","when":{"outcome":["failed"],"lastAttempt":false},"sms":{"text":"Sorry"}}]}'],
  ['YAML', 'followUps:\n  - id: sorry\n    when: { lastAttempt: false }\n    sms: { text: Sorry }\n'],
])('rules alone, as %s, are judged by what the campaign is besides', (_, text) => {
  const read = readRules(text.replace('"failed"', '"failed","no_answer"'), base)
  expect(read).toMatchObject({
    campaign: { name: 'Roof', outcomes: { broken: 'failed' }, followUps: [{ id: 'sorry' }] },
  })
  expect('campaign' in read && read.campaign.dial).toBe(base.dial)
})

test('a map of outcomes alone keeps the rules', () => {
  const read = readRules('outcomes: { weird: answered }', base)
  expect(read).toMatchObject({ campaign: { outcomes: { weird: 'answered' } } })
  expect('campaign' in read && read.campaign.followUps).toBe(base.followUps)
})

test('no rules at all are rules too', () => {
  expect(readRules('followUps: []', base)).toMatchObject({ campaign: { followUps: [] } })
})

test.each<[string, string[]]>([
  [
    'followUps:\n  - id: A\n    when: { outcome: [gone] }\n    sms: { text: "{{ lead.nme }}", colour: red }\n',
    [
      '2 followUps[0].id: must be of lower-case letters, digits and single hyphens (kebab-case)',
      expect.stringMatching(/^3 followUps\[0]\.when\.outcome\[0]: must be one of qualified, .* not "gone"$/),
      expect.stringMatching(/^4 followUps\[0]\.sms\.text: unknown variable "lead\.nme"/),
      '4 followUps[0].sms.colour: is not a field of a campaign file',
    ],
  ],
  ['followUps: 3', ['1 followUps: must be a list, not 3']],
  ['rules: []', ['1 rules: is not a field of a campaign file']],
  ['[1]', ['1 : must be a group of fields, not a list']],
  ['{"followUps": [', [expect.stringMatching(/^1 : Flow sequence/), '1 : Flow map must end with a }']],
  [file.replace('id: roof', 'id: solar'), ['1 id: must be the name of the file: "roof"']],
  [
    'id: roof\nname: Roof\nprovider: naturalead\naccount: { channel: email }\n',
    ['1 provider: must be leadsail: the calls that these rules are held against were calls of leadsail'],
  ],
  [
    'followUps:\n  - id: a\n    when: { outcome: [busy], lastAttempt: false }\n    sms: { text: x }\n',
    ['3 followUps[0].when.lastAttempt: can never be false: dial.retry plans no further attempt after busy'],
  ],
])('faults of %.40s are told with their lines', (text, faults) => {
  expect(faultsIn(text)).toEqual(faults)
})
