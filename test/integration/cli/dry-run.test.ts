import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'
import { commandLineHere, ownDirectory, settled } from './command-line.ts'

const call = (status: string) => ({ status, lengthMs: 10, summary: null })
const sms = (text: string) => ({ text, window: '00:00-24:00' })
const scripts = { won: [call('qualified')], talked: [call('completed')], missed: [call('no_answer')] }
/** The first text switches to UCS-2, which is worth a warning. */
const followUps = [
  { id: 'thanks', when: { outcome: ['qualified', 'answered'] }, sms: sms('It\u2019s us, {{ lead.firstName }}') },
  { id: 'gone', when: { outcome: ['no_answer'] }, sms: sms('Sorry') },
]
const rules = `followUps:
  - id: thanks
    when: { outcome: [qualified] }
    sms: { text: "Thank you {{ lead.firstName }}", window: "00:00-24:00" }
  - id: quote
    when: { outcome: [qualified], summary: quote }
    sms: { text: Your quote, window: "00:00-24:00" }
  - id: empty
    when: { outcome: [answered] }
    sms: { text: "{{ lead.fields.wish }}", window: "00:00-24:00" }
`

test('rules held against what has happened, and warnings of a file where it stands', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, followUps }], control: { scripts } })
  const dir = await ownDirectory()
  const env = { AFTERCALL_URL: stage.url }
  const aftercall = commandLineHere(env, dir)
  for (const [index, leadId] of Object.keys(scripts).entries()) {
    await stage.lead(leadId, { phone: `+1202555010${index}` })
    await stage.journey(leadId, isOver)
  }
  await writeFile(join(dir, 'changed.yaml'), rules)
  await writeFile(join(dir, 'faulty.yaml'), 'followUps:\n  - id: thanks\n    when: { outcome: [nobody] }\n')

  const [own, json, changed, newest, none, faulty, nowhere, unread, status, list, listJson] = await Promise.all([
    aftercall('campaign dryrun roof'),
    aftercall('campaign dryrun roof --file changed.yaml --json'),
    aftercall('campaign dryrun roof --file changed.yaml'),
    aftercall('campaign dryrun roof --limit 1 --json'),
    aftercall('campaign dryrun roof --since 2126-12-01 --json'),
    aftercall('campaign dryrun roof --file faulty.yaml'),
    aftercall('campaign dryrun nowhere'),
    aftercall('campaign dryrun roof --file nothing.yaml'),
    aftercall('campaign status roof'),
    aftercall('campaign list'),
    aftercall('campaign list --json'),
  ])
  expect(settled(own.out)).toMatchInlineSnapshot(`
    "The rules of roof in force, held against 3 calls of 3 journeys
    followUps[0].sms.text “’” (U+2019) switches the text to UCS-2, with 70 characters a segment instead of 160: ' would do

    FOLLOW-UP      WOULD SEND  ADDED  REMOVED  SAME  REWORDED  NOT SENT  NOT KNOWN
    Text “thanks”           2      0        0     2         0         0          0
    Text “gone”             1      0        0     1         0         0          0

    FOR INSTANCE   JOURNEY                      LEAD    OUTCOME    TEXT
    Text “thanks”  <journey>  talked  answered   It’s us, Ann
    Text “thanks”  <journey>  won     qualified  It’s us, Ann
    Text “gone”    <journey>  missed  no_answer  Sorry
    "
  `)
  expect(settled(changed.out)).toMatchInlineSnapshot(`
    "The rules of changed.yaml, held against 3 calls of 3 journeys

    FOLLOW-UP      WOULD SEND  ADDED  REMOVED  SAME  REWORDED  NOT SENT  NOT KNOWN
    Text “thanks”           1      0        1     1         1         0          0
    Text “quote”            0      0        0     0         0         0          1
    Text “empty”            0      0        0     0         0         0          0
    Text “gone”             0      0        1     0         0         0          0

    Text “empty”: 1 not sent: its text is empty for this lead
    Text “quote”: 1 not known, because this was not kept: summary

    FOR INSTANCE   JOURNEY                      LEAD  OUTCOME    TEXT
    Text “thanks”  <journey>  won   qualified  Thank you Ann
    "
  `)
  const headers = { 'content-type': 'application/yaml' }
  const asked = await stage.api('/campaigns/roof/dryrun', { method: 'POST', body: rules, headers })
  expect(JSON.parse(json.out)).toEqual(asked.body)
  expect(JSON.parse(newest.out)).toMatchObject({ journeys: 1, isWhole: false })
  expect(JSON.parse(none.out)).toMatchObject({ journeys: 0, wouldFire: [] })
  expect(faulty).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/line 3 followUps\[0\]\.when\.outcome/) })
  expect(nowhere.err).toContain('`aftercall campaign list` names those there are\n')
  expect(unread).toEqual({ code: 2, out: '', err: 'nothing.yaml cannot be read: ENOENT\n' })

  // Each command tells of the warnings once, and JSON is the API's own.
  expect(status.out.match(/followUps\[0\]\.sms\.text/g)).toHaveLength(1)
  expect(list.out).not.toContain('warning')
  expect(list.err).toBe('roof: 1 warning (aftercall campaign status roof)\n')
  expect(listJson.err).toBe('')
})
