import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { CampaignView } from '../../../src/desk/campaigns.ts'
import { eventually } from '../../support/eventually.ts'
import { handedList, importRows } from '../../support/hand-over-stage.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'
import { commandLine, onTerminal, ownDirectory, settled, visible } from './command-line.ts'

const list = { ...plainCampaign, trigger: {} }
/** A terminal obeys these, a log shows them. */
const CONTROL = /[^\P{Cc}\n]/u

async function withList(campaigns: Record<string, unknown>[] = [list]) {
  const stage = await startStage({ campaigns, control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } } })
  const dir = await ownDirectory()
  const env = { AFTERCALL_URL: stage.url }
  const aftercall = commandLine(env, dir)
  const json = async <T>(line: string): Promise<T> => JSON.parse((await aftercall(`${line} --json`)).out) as T
  return { stage, dir, env, aftercall, json }
}

const row = (index: number) => `lead_${index},+1212${2_000_000 + index},Ann ${index}`
const sound = ['leadId,phone,firstName', row(1), row(2), row(3)]

test('a list from its file to its export', async () => {
  const { dir, aftercall, json, stage } = await withList()
  await writeFile(
    join(dir, 'leads.csv'),
    [...sound, 'lead_4,12,"\x1b[2Jred"', row(1), 'lead_5,+12122000005,Eve'].join('\n'),
  )

  const dry = await aftercall('campaign import roof leads.csv --dry-run')
  expect(settled(dry.out)).toMatchInlineSnapshot(`
    "4 accepted, 1 duplicate, 1 rejected (dry run: nothing was taken)

    LINE  COLUMN  VALUE  REASON         FIX
       5  phone   12     invalid_phone  write the whole number with its country code, as +12125550123, without an extension
    "
  `)
  expect(dry).toMatchObject({ code: 0, err: expect.stringContaining('7 lines') })
  expect((await stage.campaign()).progress.total).toBe(0)

  const strict = await aftercall('campaign import leads.csv --campaign roof --report rejected.csv --strict')
  expect(strict).toMatchObject({ code: 1, out: expect.stringMatching(/^4 accepted, 1 duplicate, 1 rejected\n/) })
  expect(strict.err).toContain('1 line rejected (--strict)')
  expect(await readFile(join(dir, 'rejected.csv'), 'utf8')).toMatch(
    /^line,column,value,reason,fix\r\n5,phone,12,invalid_phone,[^\r]+\r\n$/,
  )
  const piped = await aftercall('campaign import roof - --json', {
    input: '{"leadId": "lead_6", "phone": "+12122000006"}\n',
  })
  expect(JSON.parse(piped.out)).toEqual({ accepted: 1, duplicates: 0, rejected: 0, report: [] })

  expect(settled((await aftercall('campaign preflight roof')).out)).toMatchInlineSnapshot(`
    "can be called now  5
    later              0
    never              0
    done by            <minute>
    "
  `)
  const forecast = (await stage.api('/campaigns/roof/preflight')).body
  // It looks ahead from the moment at which it is asked.
  expect(await json('campaign preflight roof')).toEqual({ ...forecast, expectedFinishAt: expect.any(String) })
  expect(settled((await aftercall('campaign list')).out)).toMatchInlineSnapshot(`
    "CAMPAIGN  STATUS  PROVIDER  LEADS  SCHEDULED  LIVE  FOLLOWING UP  DONE  STOPPED  PARKED  NAME
    roof      draft   leadsail      5          5     0             0     0        0       0  Roof quotes
    "
  `)
  expect(await json('campaign list')).toEqual((await stage.api('/campaigns')).body)

  expect((await aftercall('campaign pause roof')).err).toBe(
    'Conflict: a campaign that is draft cannot be paused; possible: start\n',
  )
  expect((await aftercall('campaign start roof')).out).toMatch(/^roof is running: 5 leads/)
  const watched = await aftercall('campaign status roof --watch --json')
  const seen = watched.out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as CampaignView)
  expect(seen.at(-1)).toMatchObject({ status: 'done', progress: { total: 5, done: 5 } })
  const { out: picture } = await aftercall('campaign status roof')
  expect(settled(picture)).toMatchInlineSnapshot(`
    "roof  Roof quotes  leadsail
    done since <time>

    5 of 5 leads ended (100 %)

    scheduled                 0
    dialing                   0
    in_call                   0
    following_up              0
    done                      5
    stopped                   0
    parked                    0

    Outcomes
    qualified                 5
    "
  `)
  expect((await aftercall('campaign status roof --watch')).out).toBe('done: 5 leads: 5 done\n')
  expect(await json('campaign status roof')).toEqual((await stage.api('/campaigns/roof')).body)

  const printed = await aftercall('campaign export roof')
  expect(printed.out.split('\r\n')).toHaveLength(7)
  const saved = await aftercall('campaign export roof --format ndjson --by attempt --out attempts.ndjson')
  expect(saved).toMatchObject({ code: 0, out: '' })
  const attempts = (await readFile(join(dir, 'attempts.ndjson'), 'utf8')).trimEnd().split('\n')
  expect(attempts.map(line => JSON.parse(line).outcome)).toEqual(Array(5).fill('qualified'))

  const closed = await aftercall('campaign import roof leads.csv')
  expect(closed).toMatchObject({ code: 1, out: '' })
  expect(closed.err).toContain('Conflict: the campaign is done and takes no leads\n')
})

test('fifty thousand lines go through while they are made, and a log of it holds no control character', async () => {
  const { aftercall, stage } = await withList()
  const count = 50_000
  const lines = function* () {
    yield 'leadId,phone,firstName\n'
    for (let index = 0; index < count; index += 1) yield `${row(index)}\n`
  }
  const { code, out, err } = await aftercall('campaign import roof -', { input: Readable.from(lines()) })
  expect({ code, out }).toEqual({ code: 0, out: '50,000 accepted, 0 duplicates, 0 rejected\n' })
  expect(err).toMatch(
    /^(?:Importing {2}[\d.]+ MB.*\n)*Importing {2}50,001 lines \([\d.]+ MB\) sent, waiting for the answer\n$/,
  )
  expect(err).not.toMatch(CONTROL)
  expect((await stage.campaign()).progress).toMatchObject({ total: count, scheduled: count })

  const all = await aftercall('journey find --campaign roof --limit 2500 --json')
  const { journeys, nextCursor } = JSON.parse(all.out)
  expect(new Set(journeys.map(({ id }: { id: string }) => id)).size).toBe(2500)
  const rest = await aftercall([
    'journey',
    'find',
    '--campaign',
    'roof',
    '--cursor',
    nextCursor,
    '--limit',
    '1',
    '--json',
  ])
  expect(journeys).not.toContainEqual(JSON.parse(rest.out).journeys[0])
}, 180_000)

test('more faults than an answer holds are fetched into the report', async () => {
  const { aftercall, dir } = await withList()
  const faults = Array.from({ length: 1_200 }, (_, index) => `bad_${index},12,x`)
  await writeFile(join(dir, 'bad.csv'), ['leadId,phone,firstName', ...faults].join('\n'))
  const { code, out, err } = await aftercall('campaign import roof bad.csv --report rejected.csv')
  expect(code).toBe(0)
  expect(out.trimEnd().split('\n')).toHaveLength(2 + 1 + 20)
  expect(err).toContain('rejected.csv: the rejected lines that the service has kept, of 1,200\n')
  expect((await readFile(join(dir, 'rejected.csv'), 'utf8')).trimEnd().split('\r\n')).toHaveLength(1_201)
  const dry = await aftercall('campaign import roof bad.csv --report dry.csv --dry-run')
  expect(dry.err).toContain('dry.csv: 1,200 rejected lines (the first 1,000 of them: no more are kept)')
  expect((await aftercall('campaign import roof bad.csv')).err).toContain('… and 1,180 more: --report')
})

test('on a terminal there are bars and colours, drawn over each other', async () => {
  const { env, dir, stage } = await withList()
  await writeFile(join(dir, 'leads.csv'), sound.join('\n'))
  const imported = await onTerminal('campaign import roof leads.csv', { env, directory: dir })
  expect(imported.code).toBe(0)
  expect(visible(imported.err)).toMatch(/^␍␛\[2KImporting {2}█{30} {2}100 % {2}\d+ B of \d+ B/)
  expect(visible(imported.err)).toMatch(/␍␛\[2K$/)
  expect(imported.out).toContain('3 accepted')
  const status = await onTerminal('campaign status roof', { env })
  expect(visible(status.out)).toMatch(/scheduled +3 {2}█{30}/)
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  const watched = visible((await onTerminal('campaign status roof --watch', { env })).out)
  expect(watched).toMatch(/^␛\[\?25l␛\[\?7l/)
  expect(watched).toMatch(/␛\[\d+A␍␛\[0J/)
  expect(watched).toContain('3 of 3 leads ended (100 %)')
  expect(watched).toMatch(/␛\[\?7h␛\[\?25h$/)
})

test('cancelling says what it is about, and asks', async () => {
  const { env, aftercall, stage, dir } = await withList([
    list,
    { ...list, id: 'other', account: { campaignId: 'OTH' } },
  ])
  await writeFile(join(dir, 'leads.csv'), sound.join('\n'))
  await aftercall('campaign import roof leads.csv')
  await aftercall('campaign import other leads.csv')
  for (const keys of ['n\n', '\n', '', 'never\n']) {
    const no = await onTerminal('campaign cancel roof', { env, keys })
    expect(no.code).toBe(1)
    expect(no.err).toContain('Cancel roof (Roof quotes) for good? 3 waiting leads: no further call, text or pixel.')
    expect(no.err).toContain('nothing was changed')
  }
  expect((await stage.campaign()).status).toBe('draft')
  await stage.api('/pause', { method: 'POST' })
  for (const id of ['roof', 'other']) await aftercall(`campaign start ${id}`)
  expect((await onTerminal('campaign cancel roof', { env, keys: 'y\n' })).code).toBe(0)
  expect((await onTerminal('campaign cancel other --yes', { env })).err).toBe('')
  await eventually(async () => {
    for (const id of ['roof', 'other']) {
      expect(await stage.campaign(id)).toMatchObject({ status: 'cancelled', progress: { stopped: 3 } })
    }
  })
  expect(stage.simulator.truth().calls).toEqual([])
})

test('files of campaigns are checked without a service', async () => {
  const dir = await ownDirectory()
  const aftercall = commandLine({ CAMPAIGNS_DIR: dir }, dir)
  await writeFile(join(dir, 'roof.yaml'), JSON.stringify(list))
  expect(await aftercall('campaign validate')).toEqual({
    code: 0,
    out: '1 campaign is right: roof\n',
    err: '',
  })
  await writeFile(
    join(dir, 'bad.yaml'),
    'id: bad\nname: Bad\nprovider: nobody\naccount: { campaignId: A }\ndial:\n  maxAttempts: many\n',
  )
  const { code, out, err } = await aftercall('campaign validate')
  expect({ code, err }).toEqual({ code: 78, err: '2 faults found\n' })
  expect(out.split('\n')).toEqual([
    expect.stringMatching(/^bad\.yaml:3 provider: must be one of leadsail/),
    expect.stringMatching(/^bad\.yaml:6 dial\.maxAttempts: must be a number/),
    '',
  ])
  expect(await aftercall('campaign validate roof.yaml')).toMatchObject({ code: 0 })
  const asJson = await aftercall('campaign validate bad.yaml nowhere.yaml --json')
  expect(asJson.code).toBe(78)
  expect(JSON.parse(asJson.out)).toMatchObject({
    campaigns: [],
    faults: [
      { file: 'bad.yaml', line: 3 },
      { file: 'bad.yaml', line: 6 },
      { file: 'nowhere.yaml', line: 0 },
    ],
  })
  const followUps = [{ id: 'thanks', sms: { text: 'Don\u2019t forget' } }]
  await writeFile(join(dir, 'curly.yaml'), JSON.stringify({ ...list, id: 'curly', followUps }))
  const curly = await aftercall('campaign validate curly.yaml')
  expect(curly).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^warning: curly\.yaml:1 followUps\[0]\.sms\.text: /),
  })
})

test('a preflight of leads that the vendor’s own dialer calls speaks of hand-overs, and of no end', async () => {
  const { stage, aftercall } = await withList([handedList])
  await importRows(stage, 2)
  expect(settled((await aftercall('campaign preflight roof')).out)).toMatchInlineSnapshot(`
    "handed over now  2
    later            0
    never            0
    done by          not known: the vendor's dialer decides
    "
  `)
})

test('a test campaign says that its texts are real wherever somebody looks before it starts, and they go out', async () => {
  const rehearsal = {
    ...list,
    test: true,
    followUps: [{ id: 'thanks', sms: { text: 'Thanks', window: '00:00-24:00' } }],
  }
  const { stage, dir, aftercall } = await withList([rehearsal])
  await writeFile(join(dir, 'leads.csv'), ['leadId,phone,firstName', row(1)].join('\n'))
  await aftercall('campaign import leads.csv --campaign roof')
  const REAL = /is sent for real, though the campaign is in test mode: LeadSail has no test texts/
  const { out: validated } = await aftercall(
    `campaign validate ${join(String(stage.env['CAMPAIGNS_DIR']), 'roof.yaml')}`,
  )
  expect(validated).toMatch(REAL)
  expect((await aftercall('campaign status roof')).out).toMatch(REAL)
  const pages = ['roof', 'roof/start'].map(async page =>
    (await fetch(`${stage.url}/dashboard/campaigns/${page}`)).text(),
  )
  const [shown, asked] = await Promise.all(pages)
  expect(shown).toMatch(REAL)
  expect(asked).toContain('Its texts are sent for real: rehearse with numbers of your own.')
  const started = await aftercall('campaign start roof')
  expect(started.out).toMatch(REAL)
  await eventually(() => expect(stage.simulator.truth().texts).toMatchObject([{ leadId: 'lead_1', text: 'Thanks' }]))
})
