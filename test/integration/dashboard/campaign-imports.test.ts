import { request } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { plainCampaign, type Stage, startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, createVisitor, KEYS, textOf, type Visitor } from './visitor.ts'

const PAGE = '/dashboard/campaigns/roof/import'
const list = { ...plainCampaign, trigger: {} }

const row = (index: number) => `lead_${index},+1212${2_000_000 + index},America/New_York`
const csv = (count: number, from = 0) =>
  ['leadId,phone,timezone', ...Array.from({ length: count }, (_, index) => row(from + index))].join('\n')

/** The token that the page gives its script. */
async function tokenOf(visitor: Visitor): Promise<string> {
  return /data-token="([^"]+)"/.exec((await visitor.get(PAGE)).html)?.[1] ?? ''
}

interface Sent {
  status: number
  /** It is a report, to be put into the page. */
  isReport: boolean
  html: string
}

/** Sends a file as the page's script does. */
async function send(
  stage: Stage,
  visitor: Visitor,
  body: RequestInit['body'],
  { query = '?dryRun=true', type = 'text/csv', token }: { query?: string; type?: string; token?: string } = {},
): Promise<Sent> {
  const formToken = token ?? (await tokenOf(visitor))
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, 'content-type': type, 'x-form-token': formToken, origin: stage.url }
  const init = { method: 'POST', body, headers, redirect: 'manual', duplex: 'half' }
  const response = await fetch(`${stage.url}${PAGE}${query}`, init as RequestInit)
  return { status: response.status, isReport: response.headers.has('x-report'), html: await response.text() }
}

async function as(stage: Stage, key: string): Promise<Visitor> {
  const visitor = createVisitor(stage.url)
  await visitor.signIn(key)
  return visitor
}

const total = async (stage: Stage) => (await stage.campaign()).progress['total']

test('a list is tried, which takes nothing, and then taken; what it came to is kept', async () => {
  const stage = await startStage({ campaigns: [list], env: { ADMIN_API_KEYS } })
  const otto = await as(stage, KEYS.operator)
  const body = `${csv(4)}\nlead_1,+12122000001,\nbad,12,America/New_York\nodd,=1+1,America/New_York\n`
  const tried = await send(stage, otto, body)
  expect(tried).toMatchObject({ status: 200, isReport: true })
  expect(textOf(tried.html)).toContain('4 leads of this file can be imported')
  expect(textOf(tried.html)).toContain('New leads 4 to be called Duplicates 1')
  expect(textOf(tried.html)).toMatch(/Line 7 phone 12 No valid number write the whole number/)
  expect(tried.html).toContain('Import these 4 leads')
  expect(textOf((await otto.get('/dashboard/audit')).html)).not.toContain('Imported leads')

  const taken = await send(stage, otto, body, { query: '' })
  expect(textOf(taken.html)).toContain('4 leads were imported')
  const report = /href="(\/dashboard\/campaigns\/roof\/imports\/[0-9a-f]+)"/.exec(taken.html)?.[1] ?? ''
  const authorization = `Bearer ${KEYS.operator}`
  const { body: campaign } = await stage.api<{ progress: Record<string, number> }>('/campaigns/roof', {
    headers: { authorization },
  })
  expect(campaign.progress).toMatchObject({ total: 4, scheduled: 4 })

  const listed = await otto.get(PAGE)
  expect(listed.html).toContain(`href="${report}"`)
  expect(textOf(listed.html)).toContain('Lists that came in 1')
  const page = await otto.get(report)
  expect(textOf(page.html)).toContain('Into Roof quotes by otto')
  expect(textOf(page.html)).toContain('=1+1')
  const file = await otto.get(`${report}/report`)
  expect(file.headers.get('content-disposition')).toContain('-report.csv')
  // A spreadsheet must not compute what somebody wrote into a list.
  expect(file.html).toContain("8,phone,'=1+1,invalid_phone")
  expect(textOf((await otto.get('/dashboard/audit')).html)).toMatch(/otto Imported leads “import_[0-9a-f]+: 4 accepted/)

  const vera = await as(stage, KEYS.viewer)
  const masked = await vera.get(report)
  expect(textOf(masked.html)).toContain('What people wrote is hidden from viewers.')
  expect(masked.html).not.toContain('=1+1')
  expect((await vera.get(`${report}/report`)).html).not.toContain('=1+1')
  expect(stage.lines.filter(({ msg }) => msg === 'import.done')).toHaveLength(2)
})

test('only an operator with the token of the page sends a list', async () => {
  const stage = await startStage({ campaigns: [list], env: { ADMIN_API_KEYS } })
  const otto = await as(stage, KEYS.operator)
  const vera = await as(stage, KEYS.viewer)
  const veras = /name="formToken" value="([^"]+)"/.exec((await vera.get(PAGE)).html)?.[1] ?? ''
  for (const [visitor, token] of [
    [otto, 'made up'],
    [otto, veras],
    [vera, veras],
  ] as const) {
    for (const query of ['?dryRun=true', '']) {
      expect(await send(stage, visitor, csv(3), { token, query })).toMatchObject({ status: 403, isReport: false })
    }
  }
  const stranger = createVisitor(stage.url)
  expect((await send(stage, stranger, csv(3), { token: veras })).status).toBe(401)
  const headers = { authorization: `Bearer ${KEYS.admin}` }
  const { body } = await stage.api<{ progress: Record<string, number> }>('/campaigns/roof', { headers })
  expect(body.progress['total']).toBe(0)
})

test('a file that is no list is told so in the words of the service', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const told = async (body: RequestInit['body'], more = {}) => {
    const { status, isReport, html } = await send(stage, visitor, body, more)
    expect(isReport).toBe(true)
    return [status, textOf(html).trim()]
  }
  const [status, text] = await told(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]))
  expect(status).toBe(400)
  expect(text).toBe(
    'This file cannot be read The file is a spreadsheet or an archive: export it as CSV UTF-8. Nothing was imported.',
  )
  expect((await told(Buffer.alloc(100_000)))[1]).toContain('The file is no text')
  expect((await told('name,phone\nAnn,1\n'))[1]).toContain('the first line must name the columns'.replace('the', 'The'))
  expect(await told('{}', { type: 'application/json' })).toEqual([415, expect.stringContaining('This is no list')])
  expect((await told('{"leadId":"a","phone":"+12125550101"}\n', { type: 'application/x-ndjson' }))[0]).toBe(200)
  expect((await told('leadId,phone\n'))[1]).toContain('It has a header line and no rows.')
  expect(await total(stage)).toBe(0)
})

test('a campaign that is over takes no list, and its page offers none', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const token = await tokenOf(visitor)
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  await stage.api('/campaigns/roof/cancel', { method: 'POST' })
  const { status, html } = await send(stage, visitor, csv(3), { token })
  expect(status).toBe(409)
  expect(textOf(html)).toContain('The campaign takes no leads It is cancelled. Nothing was imported.')
  expect((await visitor.get(PAGE)).html).not.toContain('data-upload=')
})

test('people whom the vendor does not know are imported where somebody asks for that', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const body = 'phone,firstName,lastName,email\n+12125550101,Ann,Lee,ann@example.com\n'
  expect((await visitor.get(PAGE)).html).toContain('name="createLeads"')
  expect((await send(stage, visitor, body)).status).toBe(400)
  const { html } = await send(stage, visitor, body, { query: '?dryRun=true&createLeads=true' })
  expect(textOf(html)).toContain('1 lead of this file can be imported')
})

test('a refused file is answered although most of it is still to come', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const token = await tokenOf(visitor)
  const { port } = new URL(stage.url)
  const size = 40_000_000
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, 'content-type': 'text/csv', 'x-form-token': token, 'content-length': size }
  const sender = request({ port, method: 'POST', path: `${PAGE}?dryRun=true`, headers })
  const answered = Promise.withResolvers<number>()
  sender.on('response', response => {
    response.resume()
    response.on('end', () => answered.resolve(response.statusCode ?? 0))
  })
  sender.on('error', answered.reject)
  // Like a browser: everything is sent before the answer is looked at.
  const chunk = Buffer.alloc(1_000_000)
  for (let sent = 0; sent < size; sent += chunk.length) {
    if (!sender.write(chunk)) await new Promise<void>(resolve => sender.once('drain', resolve))
  }
  sender.end()
  expect(await answered.promise).toBe(400)
})

test('many rows are tried in constant memory', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const rows = process.env['TEST_SCALE'] === 'full' ? 3_000_000 : 150_000
  const held: number[] = []
  async function* faulty() {
    yield Buffer.from('leadId,phone,timezone,firstName\n')
    const block = 1_000
    for (let at = 0; at < rows; at += block) {
      if (at % (rows / 10) === 0) held.push(heldBytes())
      yield Buffer.from(
        Array.from({ length: block }, (_, index) => `lead_${at + index},12,,a name that makes the row longer\n`).join(
          '',
        ),
      )
    }
  }
  const { status, html } = await send(stage, visitor, faulty() as never)
  expect(status).toBe(200)
  expect(textOf(html)).toContain(`Faulty rows ${rows.toLocaleString('en-US')}`)
  expect(textOf(html)).toContain(`The first 200 of ${rows.toLocaleString('en-US')} faulty rows`)
  // What is still held after a collection is what would grow with the list.
  expect(Math.max(...held.slice(2)) - (held[1] ?? 0)).toBeLessThan(30e6)
}, 300_000)

/** Bytes that a collection leaves. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('a list whose sender goes away leaves what was taken, and the page says that it ended early', async () => {
  const stage = await startStage({ campaigns: [list] })
  const visitor = createVisitor(stage.url)
  const token = await tokenOf(visitor)
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const text = csv(500)
  const { port } = new URL(stage.url)
  const headers = { cookie, 'content-type': 'text/csv', 'x-form-token': token, 'content-length': text.length }
  const sender = request({ port, method: 'POST', path: PAGE, headers })
  sender.on('error', () => {})
  sender.write(text.slice(0, text.indexOf('lead_300')))
  await eventually(async () => expect(await total(stage)).toBeGreaterThan(200))
  sender.destroy()
  await eventually(async () => {
    expect(textOf((await visitor.get(PAGE)).html)).toContain('Ended early')
  })
  expect(await total(stage)).toBe(300)
  const again = await send(stage, visitor, text, { query: '' })
  expect(textOf(again.html)).toContain('200 leads were imported')
  expect(await total(stage)).toBe(500)
})
