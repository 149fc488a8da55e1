import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isOver, LEADSAIL_SECRET, plainCampaign, startStage, WEBHOOK_SECRET } from '../../support/stage.ts'
import { commandLine, onTerminal, ownDirectory, settled, visible } from './command-line.ts'

/** Leads come by webhook; one text follows a call. */
const hooked = {
  ...plainCampaign,
  followUps: [{ id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hi', window: '00:00-24:00' } }],
}
const parking = {
  ...hooked,
  dial: { ...plainCampaign.dial, onUnknown: 'park' },
  // Looks that come late, as they do on a busy machine, are fewer: at once decided it is always the first.
  reconcile: { grace: 'PT0S', looks: 1, skew: 'PT0.1S' },
}

async function withLeads(options: Parameters<typeof startStage>[0] = {}) {
  const stage = await startStage({
    campaigns: [hooked],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
    ...options,
  })
  const dir = await ownDirectory()
  const env = { AFTERCALL_URL: stage.url }
  return { stage, dir, env, aftercall: commandLine(env, dir) }
}

test('a lead from the call to its whole story', async () => {
  const { stage, aftercall, env } = await withLeads()
  const call = 'call lead_1 --campaign roof --phone +12025550123 --first-name Ann --field budget=high'
  const called = await aftercall(`${call} --idempotency-key k1`)
  expect(called).toMatchObject({ code: 0, err: expect.stringMatching(/^aftercall journey show jrn_\w+\n$/) })
  expect(settled(called.out)).toMatch(/^<journey>: lead_1 is on its way through roof \(scheduled, next <time>\)\n$/)
  const { id, eventId, attempts } = await stage.journey('lead_1', isOver)

  // The same key again is the same journey, and nobody is called twice.
  const again = await aftercall(`${call} --idempotency-key k1 --json`)
  expect(JSON.parse(again.out)).toMatchObject({ id, state: 'done' })
  const refused = await aftercall('call lead_1 --campaign roof')
  expect(refused).toEqual({
    code: 1,
    out: '',
    err: `Conflict: this lead has been through this campaign\naftercall journey show ${id}   or add --force\n`,
  })
  expect(stage.simulator.truth().calls).toHaveLength(1)

  const story = await aftercall(`journey show ${id}`)
  expect(settled(story.out)).toMatchInlineSnapshot(`
    "<journey>  done
    lead      lead_1
    campaign  roof
    outcome   qualified
    began     <time>
    ended     <time>
    timezone  America/New_York
    event     <api event>

    CALL  STATE  OUTCOME    BEGAN                ENDED                TALK  INTERACTION
       1  ended  qualified  <time>  <time>     -  <interaction>

    FOLLOW-UP      STATE  TRIES  WHY
    Text “thanks”  done       1  -

    WHAT HAPPENED  times in UTC
    <time>  The journey began, in the time zone America/New_York.
    <time>  Call 1 was written down and then requested.
    <time>  Call 1 was placed: the vendor took it.
                         interactionId <interaction>
    <time>  Call 1 ended: qualified.
                         status qualified
    <time>  Text “thanks” was planned for <time>.
    <time>  Text “thanks” was written down and then requested.
    <time>  Text “thanks” was sent.
                         messageId <text>, interactionId <interaction>, segments 1, encoding GSM-7
    <time>  Everything was done. The last outcome is “qualified”.
    "
  `)
  expect(JSON.parse((await aftercall(`journey show ${id} --json`)).out)).toEqual(
    (await stage.api(`/journeys/${id}`)).body,
  )
  expect(visible((await onTerminal(`journey show ${id}`, { env })).out)).toContain('␛[32mCall 1 was placed')

  await stage.lead('lead_9', { phone: '+12025550199' })
  const other = await stage.journey('lead_9', isOver)
  const idsOf = async (filter: string) => {
    const { out, err } = await aftercall(`journey find --json ${filter}`.trim())
    expect([filter, err]).toEqual([filter, ''])
    return (JSON.parse(out) as { journeys: { id: string }[] }).journeys.map(journey => journey.id)
  }
  const interaction = attempts[0]?.interactionId
  const options = ['--lead lead_1', '--phone +12025550123', `--interaction ${interaction}`, `--event ${eventId}`]
  const words = ['lead_1', '+12025550123', '202-555-0123', interaction, eventId, id, 'lead_1 --campaign roof']
  for (const filter of [...options, ...words]) expect([filter, await idsOf(`${filter}`)]).toEqual([filter, [id]])
  for (const filter of ['lead_none', 'lead_1 --campaign none'])
    expect([filter, await idsOf(filter)]).toEqual([filter, []])
  for (const filter of ['--campaign roof', '--state done', '']) {
    expect([filter, await idsOf(filter)]).toEqual([filter, [other.id, id]])
  }
  expect(await aftercall('journey find lead_1 --lead lead_9')).toMatchObject({
    code: 2,
    err: expect.stringContaining('either lead_1, whatever it is, or --lead'),
  })
  expect(settled((await aftercall('journey find --lead lead_1')).out)).toMatchInlineSnapshot(`
    "JOURNEY                      LEAD    CAMPAIGN  STATE  OUTCOME    REASON  CALLS  BEGAN                NEXT
    <journey>  lead_1  roof      done   qualified  -           1  <time>  -
    "
  `)
  expect(await aftercall('journey find --state parked')).toEqual({ code: 0, out: '', err: 'No journey fits.\n' })
  const forced = await aftercall('call lead_1 --campaign roof --force --json')
  expect(JSON.parse(forced.out).id).not.toBe(id)

  // Waits at its first call, so that there is something to cancel.
  await stage.api('/pause', { method: 'POST' })
  await aftercall('call lead_2 --campaign roof --phone +12025550124')
  const [waiting] = await stage.journeysOf('lead_2')
  const asked = await onTerminal(`journey cancel ${waiting?.id}`, { env, keys: 'n\n' })
  expect(asked).toMatchObject({
    code: 1,
    err: expect.stringContaining('Cancel the journey of lead_2 through roof (scheduled)?'),
  })
  expect((await aftercall(`journey cancel ${waiting?.id}`)).out).toBe(`${waiting?.id}: lead_2 is stopped\n`)
  const stopped = await aftercall(`journey show ${waiting?.id}`)
  expect(stopped.out).toMatch(/^stopped +it was cancelled\.$/m)
})

test('events are sent signed, listed, read byte for byte and handled again', async () => {
  const { stage, aftercall, dir } = await withLeads()
  const signed = {
    env: { WEBHOOK_SECRET: `${WEBHOOK_SECRET},whsec_${'b'.repeat(32)}`, LEADSAIL_WEBHOOK_SECRET: LEADSAIL_SECRET },
  }
  const send = (type: string, data: object, ...more: string[]) =>
    aftercall(['events', 'send', type, '--data', JSON.stringify(data), ...more], signed)

  const sent = await send('call.requested', { campaign: 'roof', leadId: 'lead_1' }, '--id', 'evt-1', '--json')
  const { eventId, status } = JSON.parse(sent.out)
  expect({ code: sent.code, status }).toEqual({ code: 0, status: 'accepted' })
  expect((await send('call.requested', { campaign: 'roof', leadId: 'lead_1' }, '--id', 'evt-1')).out).toBe(
    `${eventId} duplicate\n`,
  )
  const { id } = await stage.journey('lead_1', isOver)
  const vendors = await send('lead.processed', { campaignId: 'HXZ', leadId: 'lead_2' })
  expect(vendors.out).toMatch(/^leadsail_[0-9a-f]+ accepted\n$/)
  await stage.journey('lead_2', isOver)

  const unfit = await send('lead.opted_out', {})
  expect(unfit).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^Bad Request: .*needs phone or leadId/) })
  const stranger = await aftercall(['events', 'send', 'call.ended', '--data', '{}'], {
    env: { WEBHOOK_SECRET: `whsec_${'c'.repeat(32)}` },
  })
  expect(stranger).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Unauthorized: .*\nWEBHOOK_SECRET must be the same/),
  })
  expect(await aftercall('events send call.ended')).toMatchObject({
    code: 78,
    err: expect.stringMatching(/^WEBHOOK_SECRET: needed/),
  })
  expect(await aftercall('events send nothing', signed)).toMatchObject({
    code: 2,
    err: expect.stringContaining('call.requested'),
  })
  expect(await send('call.requested', [])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--data must be a JSON object'),
  })

  const shown = await aftercall(`events show ${eventId}`)
  expect(settled(shown.out)).toMatchInlineSnapshot(`
    "event       <standard event>
    source      standard
    type        call.requested
    status      processed
    received    <time>
    handled     <time>
    duplicates  1
    replays     0
    journeys    <journey>
    "
  `)
  expect(shown.out).toContain(id)
  expect(JSON.parse((await aftercall(`events show ${eventId} --json`)).out)).toEqual(
    (await stage.api(`/events/${eventId}`)).body,
  )
  expect(settled((await aftercall('events list')).out)).toMatchInlineSnapshot(`
    "RECEIVED             EVENT                                      SOURCE    TYPE            STATUS     DUPLICATES  JOURNEY                      REASON
    <time>  <leadsail event>  leadsail  lead.processed  processed           0  <journey>  -
    <time>  <standard event>  standard  call.requested  processed           1  <journey>  -
    "
  `)
  expect(JSON.parse((await aftercall('events list --source standard --json')).out)).toEqual(
    (await stage.api('/events?source=standard')).body,
  )

  const bytes = Buffer.from(await (await fetch(`${stage.url}/api/v1/events/${eventId}/raw`)).arrayBuffer())
  expect((await aftercall(`events raw ${eventId}`)).out).toBe(bytes.toString())
  await aftercall(`events raw ${eventId} --out event.json`)
  const saved = await readFile(join(dir, 'event.json'))
  expect(createHash('sha256').update(saved).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))

  expect((await aftercall(`events replay ${eventId}`)).out).toBe(`${eventId} is handled again\n`)
  await eventually(async () => expect((await stage.api(`/events/${eventId}`)).body).toMatchObject({ replays: 1 }))
  expect(stage.simulator.truth().calls).toHaveLength(2)
  const unknown = await aftercall('events show standard_nothing')
  expect(unknown).toMatchObject({
    code: 1,
    err: 'Not Found: no such event\n`aftercall events list` shows the newest\n',
  })

  const audit = await aftercall('audit list --limit 1')
  expect(settled(audit.out)).toMatch(
    /^AT +BY +WHAT +SUBJECT +DETAIL\n<time> +local +event\.replayed +<standard event> +-\n$/,
  )
  expect(JSON.parse((await aftercall('audit list --all --json')).out)).toEqual((await stage.api('/audit')).body)
})

test('what only a person can tell is listed and decided', async () => {
  const { stage, aftercall } = await withLeads({
    campaigns: [parking],
    control: {
      lists: { lagMs: 3_600_000 },
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: { path: '/voice/calls/initiate' }, kind: 'reset_after', times: 2 }],
    },
    overrides: { requestTimeoutMs: 300 },
  })
  for (const lead of ['lead_1', 'lead_2']) {
    await stage.lead(lead, { phone: `+1202555012${lead.at(-1)}` })
    await stage.journey(lead, ({ state }) => state === 'parked')
  }
  const listed = await aftercall('parked list')
  expect(settled(listed.out)).toMatchInlineSnapshot(`
    "SINCE                KEY                                 LEAD    CAMPAIGN  INTERACTION  WHY
    <time>  call:<journey>:1  lead_1  roof      -            the vendor did not show it in 1 looks
    <time>  call:<journey>:1  lead_2  roof      -            the vendor did not show it in 1 looks
    "
  `)
  const { parked } = JSON.parse((await aftercall('parked list --json')).out)
  expect({ parked }).toEqual((await stage.api('/parked')).body)
  const [first, second] = parked.map(({ key }: { key: string }) => key)

  for (const flags of ['', ' --happened --not-happened']) {
    const unclear = await aftercall(`parked resolve ${first}${flags}`)
    expect(unclear).toEqual({ code: 2, out: '', err: 'say one of --happened and --not-happened\n' })
  }
  const placed = stage.simulator.truth().calls.find(({ leadId }) => leadId === parked[0].leadId)?.interactionId ?? ''
  const happened = ['parked', 'resolve', first, '--happened', '--interaction', placed, '--note', 'heard it']
  expect(settled((await aftercall(happened)).out)).toBe('call:<journey>:1 happened; <journey> is in_call\n')
  await stage.journey('lead_1', ({ state }) => state === 'done')
  expect(await aftercall(`parked resolve ${first} --happened`)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^Conflict: .*\n`aftercall parked list` shows what waits\n$/),
  })
  const redone = await aftercall(`parked resolve ${second} --not-happened --json`)
  expect(JSON.parse(redone.out)).toMatchObject({ leadId: 'lead_2' })
  await stage.journey('lead_2', ({ state }) => state === 'done')
  expect(await aftercall('parked list')).toEqual({ code: 0, out: '', err: 'Nothing waits for a decision.\n' })
})

test('the brake for everything says how much it stops, asks, and is let go', async () => {
  const { stage, aftercall, env } = await withLeads()
  for (const move of ['pause', 'resume']) {
    expect(await aftercall(move)).toEqual({
      code: 2,
      out: '',
      err: `${move} is about everything: say \`aftercall ${move} --all\`\nfor one campaign: aftercall campaign ${move} <id>\n`,
    })
  }
  const question = 'Pause everything? No new call, text or pixel in 1 running campaign with 0 waiting leads.'
  const no = await onTerminal('pause --all', { env, keys: 'n\n' })
  expect(no).toMatchObject({ code: 1, out: '', err: expect.stringContaining(question) })
  expect((await stage.api('/campaigns')).body).toMatchObject({ allPaused: false })
  expect(await onTerminal('pause --all', { env, keys: 'yes\n' })).toMatchObject({ code: 0 })
  expect((await stage.api('/campaigns')).body).toMatchObject({ allPaused: true })

  await aftercall('call lead_1 --campaign roof --phone +12025550123')
  expect((await aftercall('campaign list')).out).toMatch(/^roof +all paused /m)
  expect((await aftercall('campaign status roof')).out).toContain('everything is paused: `aftercall resume --all`')
  const resumed = await onTerminal('resume --all', { env, keys: 'y\n' })
  expect(resumed.err).toContain('Resume everything? New calls, texts and pixels in 1 campaign with 1 waiting lead.')
  await stage.journey('lead_1', isOver)

  // Where nobody can be asked it does what it was told.
  expect(await aftercall('pause --all --json')).toEqual({ code: 0, out: '{"allPaused":true}\n', err: '' })
  expect((await aftercall('resume --all')).out).toMatch(/^Everything goes on/)
  expect((await onTerminal('pause --all --yes', { env })).err).toBe('')
})
