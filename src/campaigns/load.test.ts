import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeFault, loadCampaign, loadCampaigns } from './load.ts'

const least = 'id: roof\nname: Roof\nprovider: leadsail\naccount: { campaignId: HXZ }\n'

function faultsOf(text: string, fileName = 'campaigns/roof.yaml'): string[] {
  const result = loadCampaign(text, fileName)
  return 'faults' in result ? result.faults.map(describeFault) : []
}

describe('one file', () => {
  test('with little in it is a campaign', () => {
    const result = loadCampaign(least, 'campaigns/roof.yml')
    expect(result).toMatchObject({ campaign: { id: 'roof', provider: 'leadsail' } })
  })

  test('with many faults names each with file, line, path and reason', () => {
    const text = `id: Roof
name: 12
provider: leadsail
account: { campaignID: HXZ }
trigger: { events: [lead.done, VoiceAiCallEnd], reentry: P1Y }
mod: dial
start: {}
dial:
  windows: { mon-fri: "9-20", fri: "10:00-11:00", day: "09:00-10:00" }
  holidays: ["2026-02-30"]
  timezone: "+05:00"
  maxAttempts: 2.5
  maxPer24h: 0
  minGap:
  retry:
    noanswer: [PT2H]
    busy: 3
    opted_out: [PT1H]
  pace: { callsPerSecond: 0 }
poll: { min: PT2M }
outcomes: { x: lost }
followUps:
  - id: a
    when: { outcome: [won], summary: '(a)\\1' }
    sms: { text: "Hi {{ lead.nme | shout }}" }
  - id: a
    pixel:
      pixelId: 1
      event: Lead
      via: meta
      retryFor: P7D
      platform: tiktok
      currency: dollar
  - id: c
  - id: d
    sms: { text: "{{ lead.nme }}", window: [] }
    pixel: { pixelId: "1", event: Lead }
`
    expect(faultsOf(text)).toEqual([
      'campaigns/roof.yaml:1 id: must be of lower-case letters, digits and single hyphens (kebab-case)',
      'campaigns/roof.yaml:1 id: must be the name of the file: "roof"',
      'campaigns/roof.yaml:2 name: must be text, not 12: put it in quotes',
      'campaigns/roof.yaml:4 account.campaignID: is not a field of a campaign file',
      'campaigns/roof.yaml:4 account.campaignId: is missing: leadsail needs it',
      'campaigns/roof.yaml:5 trigger.events[0]: must be one of lead.processed, lead.disqualified, lead.queued, lead.first_submission_action, lead.delivered, lead.failed, call.requested, VoiceAiCallEnd, conversation.found, not "lead.done"',
      'campaigns/roof.yaml:5 trigger.reentry: must be never or an ISO 8601 duration such as P7D',
      'campaigns/roof.yaml:5 trigger.events[1]: is no event of leadsail, which has lead.processed, lead.disqualified, lead.queued, lead.first_submission_action, lead.delivered, lead.failed, call.requested',
      'campaigns/roof.yaml:6 mod: is not a field of a campaign file',
      'campaigns/roof.yaml:7 start: needs at or cron',
      'campaigns/roof.yaml:9 dial.windows.mon-fri: "9-20" is no window: write it as "09:00-20:00"',
      'campaigns/roof.yaml:9 dial.windows.fri: names fri, which mon-fri names already',
      'campaigns/roof.yaml:9 dial.windows.day: is no day: use mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri',
      'campaigns/roof.yaml:10 dial.holidays[0]: must be a date such as "2026-12-25"',
      'campaigns/roof.yaml:11 dial.timezone: must be an IANA time zone such as America/New_York; offsets are none',
      'campaigns/roof.yaml:12 dial.maxAttempts: must be a whole number, not 2.5',
      'campaigns/roof.yaml:13 dial.maxPer24h: must be at least 1',
      'campaigns/roof.yaml:14 dial.minGap: is empty: it must be text',
      'campaigns/roof.yaml:16 dial.retry.noanswer: is no outcome to retry: use qualified, disqualified, answered, callback_requested, incomplete, voicemail, no_answer, busy, failed, timed_out',
      'campaigns/roof.yaml:17 dial.retry.busy: must be a list, not 3',
      'campaigns/roof.yaml:18 dial.retry.opted_out: is no outcome to retry: use qualified, disqualified, answered, callback_requested, incomplete, voicemail, no_answer, busy, failed, timed_out',
      'campaigns/roof.yaml:19 dial.pace.callsPerSecond: must be more than 0',
      'campaigns/roof.yaml:20 poll.min: poll.min is longer than poll.max',
      'campaigns/roof.yaml:21 outcomes.x: must be one of qualified, disqualified, answered, callback_requested, incomplete, voicemail, no_answer, busy, failed, opted_out, timed_out, unmapped, not "lost"',
      'campaigns/roof.yaml:24 followUps[0].when.outcome[0]: must be one of qualified, disqualified, answered, callback_requested, incomplete, voicemail, no_answer, busy, failed, opted_out, timed_out, unmapped, not "won"',
      'campaigns/roof.yaml:24 followUps[0].when.summary: refers back to what it has found, as \\1 does: write what is meant in its place',
      'campaigns/roof.yaml:25 followUps[0].sms.text: undefined filter: shout, line:1, col:4',
      'campaigns/roof.yaml:26 followUps[1].id: "a" is the id of another rule',
      'campaigns/roof.yaml:28 followUps[1].pixel.pixelId: must be text, not 1: put it in quotes',
      'campaigns/roof.yaml:31 followUps[1].pixel.retryFor: must not be longer than P6D: Meta refuses events older than seven days',
      'campaigns/roof.yaml:32 followUps[1].pixel.platform: contradicts via: meta; leave it out',
      'campaigns/roof.yaml:33 followUps[1].pixel.currency: must be an ISO 4217 code such as USD',
      'campaigns/roof.yaml:33 followUps[1].pixel.currency: means nothing without value: give both or neither',
      'campaigns/roof.yaml:34 followUps[2]: needs exactly one of sms and pixel',
      'campaigns/roof.yaml:35 followUps[3]: needs exactly one of sms and pixel',
      'campaigns/roof.yaml:36 followUps[3].sms.text: unknown variable "lead.nme": use lead.firstName, lead.lastName, lead.email, lead.phone, campaign.id, campaign.name, call.outcome, call.summary, call.talkSeconds or lead.fields.<name>',
      'campaigns/roof.yaml:36 followUps[3].sms.window: is never open: name at least one window',
      'campaigns/roof.yaml:37 followUps[3].pixel.platform: is missing: via: leadsail needs facebook or tiktok',
    ])
  })

  test.each([
    ['', 'campaigns/roof.yaml:1: the file is empty'],
    ['# nothing\n', 'campaigns/roof.yaml:1: the file is empty'],
    ['id: roof\nid: roof\n', 'campaigns/roof.yaml:2: Map keys must be unique'],
    ['a: 1\n---\nb: 2\n', /:2: Source contains multiple documents/],
    ['id: roof\nname: [a\nprovider: x\n', /roof\.yaml:3: Flow sequence/],
    ['id: roof\n\tname: a\n', /roof\.yaml:2: /],
    ['id: roof\nname: !secret a\n', /roof\.yaml:2: Unresolved tag/],
    ['a: *b\n', /roof\.yaml:1: Unresolved alias/],
    ['[1, 2]\n', 'campaigns/roof.yaml:1: must be a group of fields, not a list'],
    ['just text\n', 'campaigns/roof.yaml:1: must be a group of fields, not "just text"'],
    ['['.repeat(50_000), /roof\.yaml:1: /],
    [`name: ${'x'.repeat(300_000)}`, 'campaigns/roof.yaml:1: is larger than 262144 bytes'],
  ])('that is no YAML for one campaign says so: %.30s', (text, fault) => {
    expect(faultsOf(text)).toContainEqual(fault instanceof RegExp ? expect.stringMatching(fault) : fault)
  })

  test('with a billion laughs in it is refused in a moment', () => {
    const laughs = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 10; level++) laughs.push(`b${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`)
    const started = performance.now()
    expect(faultsOf(laughs.join('\n'))).toEqual([expect.stringMatching(/alias/)])
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  test('finds lines through anchors and comments', () => {
    const text = `${least}# a comment\n\ndial: &d\n  # another\n  maxAttempts: 0\npoll: *d\n`
    expect(faultsOf(text)).toEqual([
      'campaigns/roof.yaml:9 dial.maxAttempts: must be at least 1',
      'campaigns/roof.yaml:9 poll.maxAttempts: is not a field of a campaign file',
    ])
  })

  test('must have what its provider needs and nothing of the others', () => {
    const of = (provider: string, account: string, rest = '') =>
      faultsOf(`id: roof\nname: Roof\nprovider: ${provider}\naccount: ${account}\n${rest}`).map(text =>
        text.split(' ').slice(1).join(' '),
      )
    expect(of('leadsail', '{}')).toEqual(['account.campaignId: is missing: leadsail needs it'])
    expect(of('leadconnector', '{ agentIds: [a] }')).toEqual([])
    expect(of('leadconnector', '{ workflowId: w }')).toEqual(['account.agentIds: is missing: leadconnector needs it'])
    expect(of('leadconnector', '{ agentIds: [a] }', 'dial: { retry: { busy: [PT1H] } }')).toHaveLength(1)
    expect(of('leadconnector', '{ agentIds: [a], workflowId: w }', 'dial: { retry: { busy: [PT1H] } }')).toEqual([])
    expect(of('naturalead', '{ channel: whatsapp }', 'trigger: { events: [conversation.found] }')).toEqual([])
    expect(of('naturalead', '{ channel: whatsapp }', 'mode: handover')).toHaveLength(1)
    expect(of('naturalead', '{ channel: whatsapp }', 'writeBack: { submission: false, lead: true }')).toEqual([
      'writeBack.lead: is for leadsail only: nothing is written to records of naturalead',
    ])
    expect(of('leadsail', '{ campaignId: A }', 'writeBack: { submission: true, lead: true }')).toEqual([])
    expect(of('leadsail', '{ campaignId: A, channel: email }')).toEqual([
      'account.channel: does not belong to leadsail, which has campaignId',
    ])
    expect(of('acme', '{}')).toEqual(['provider: must be one of leadsail, leadconnector, naturalead, not "acme"'])
  })
})

describe('a text', () => {
  const of = (provider: string, via: string) =>
    faultsOf(
      `id: roof\nname: Roof\nprovider: ${provider}\naccount: { ${provider === 'naturalead' ? 'channel: email' : 'campaignId: A'} }\nfollowUps:\n  - id: thanks\n    sms: { text: Hi${via} }\n`,
    ).map(text => text.split(' ').slice(1).join(' '))

  test.each([
    ['naturalead', '', 'naturalead'],
    ['naturalead', ', via: naturalead', 'naturalead'],
    ['leadsail', ', via: naturalead', 'naturalead'],
    ['naturalead', ', via: leadsail', undefined],
    ['leadsail', '', undefined],
  ])('of a campaign of %s%s is sent by one who can', (provider, via, sender) => {
    const fault = `followUps[0].sms.via: ${sender} sends no texts: set via: leadsail or leadconnector`
    expect(of(provider, via)).toEqual(sender === undefined ? [] : [fault])
  })

  test('is not sent again where nobody can see whether it went out', () => {
    const again = 'followUps[0].sms.onUnknown: cannot be resend: leadconnector does not list its texts'
    expect(of('leadsail', ', via: leadconnector, onUnknown: resend')).toEqual([expect.stringContaining(again)])
    expect(of('leadsail', ', via: leadsail, onUnknown: resend')).toEqual([])
  })

  test('of a conversation waits for no outcome that none has', () => {
    const text = `id: roof\nname: Roof\nprovider: naturalead\naccount: { channel: email }\nfollowUps:\n  - id: thanks\n    when: { outcome: [voicemail] }\n    sms: { text: Hi, via: leadsail }\n`
    expect(faultsOf(text)).toEqual([
      expect.stringContaining('can never be reached: statuses of naturalead come to qualified, disqualified, answered'),
    ])
  })
})

describe('a directory', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'campaigns-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  const write = (name: string, text: string) => writeFile(join(dir, name), text)
  const campaign = (id: string, rest = '') => least.replace('id: roof', `id: ${id}`) + rest

  test('gives its campaigns by name and leaves other files alone', async () => {
    await write('b.yml', campaign('b'))
    await write('a.yaml', campaign('a'))
    await write('.hidden.yaml', 'x')
    await write('notes.txt', 'x')
    await mkdir(join(dir, 'folder.yaml'))
    await symlink(join(dir, 'a.yaml'), join(dir, 'c.yaml'))
    const { campaigns, faults } = await loadCampaigns(dir)
    expect(campaigns.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(faults.map(describeFault)).toEqual([`${join(dir, 'c.yaml')}:1 id: must be the name of the file: "c"`])
  })

  test('gives the good ones beside the faults of the bad ones', async () => {
    await write('a.yaml', campaign('a'))
    await write('b.yaml', campaign('b', 'mode: fly\n'))
    await write('c.yaml', 'x'.repeat(300_000))
    const { campaigns, faults } = await loadCampaigns(dir)
    expect(campaigns.map(({ id }) => id)).toEqual(['a'])
    expect(faults.map(describeFault)).toEqual([
      `${join(dir, 'b.yaml')}:5 mode: must be one of dial, handover, not "fly"`,
      `${join(dir, 'c.yaml')}: is larger than 262144 bytes`,
    ])
  })

  test('must not hand one vendor campaign to two dialers', async () => {
    await write('a.yaml', campaign('a'))
    await write('b.yaml', campaign('b', '# ours\nmode: handover\n'))
    await write('c.yaml', campaign('c', 'mode: dial\n'))
    await write('d.yaml', campaign('d', 'mode: handover\n').replace('HXZ', 'ABC'))
    const { faults } = await loadCampaigns(dir)
    expect(faults).toEqual([
      { file: join(dir, 'b.yaml'), line: 6, path: 'mode', reason: expect.stringContaining('called twice') },
      { file: join(dir, 'c.yaml'), line: 5, path: 'mode', reason: expect.stringContaining(join(dir, 'b.yaml')) },
    ])
  })

  test('must not hand one vendor campaign over twice', async () => {
    await write('a.yaml', campaign('a', 'mode: handover\n'))
    await write('b.yaml', campaign('b', 'mode: handover\n'))
    const { faults } = await loadCampaigns(dir)
    expect(faults).toMatchObject([{ path: 'mode', reason: expect.stringContaining('handed over twice') }])
  })

  test('must not have one id in two files', async () => {
    await write('a.yaml', campaign('a'))
    await write('a.yml', campaign('a'))
    const { faults } = await loadCampaigns(dir)
    expect(faults).toEqual([
      { file: join(dir, 'a.yml'), line: 1, path: 'id', reason: `${join(dir, 'a.yaml')} has this id too` },
    ])
  })

  test('may be empty, but must be there', async () => {
    expect(await loadCampaigns(dir)).toEqual({ campaigns: [], faults: [] })
    const { faults } = await loadCampaigns(join(dir, 'nowhere'))
    expect(faults.map(describeFault)).toEqual([expect.stringMatching(/nowhere: there is no such directory: make it/)])
  })

  test('of examples is right', async () => {
    const { campaigns, faults } = await loadCampaigns(fileURLToPath(new URL('../../campaigns', import.meta.url)))
    expect(faults).toEqual([])
    expect(campaigns.map(({ id }) => id)).toEqual(expect.arrayContaining(['reminder-calls', 'roof-quotes']))
  })
})
