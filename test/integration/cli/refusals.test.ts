import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'
import { commandLine, ownDirectory, settled, start } from './command-line.ts'

/** Something that is not aftercall, or a bad way to it. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An address at which nothing listens any more. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

const at = (url: string, cwd?: string) => commandLine({ AFTERCALL_URL: url }, cwd)

test('a service that is away, is another, sends elsewhere or breaks off: each says what to mend', async () => {
  const cases: [string, RequestListener, string][] = [
    [
      'another program',
      (_, response) => response.end('<html>welcome</html>'),
      'what listens at <url> does not answer as aftercall does (it is no JSON)\nis AFTERCALL_URL right, and the service of the same version?\n',
    ],
    [
      'another API',
      (_, response) => response.writeHead(404).end('{"error": "nope"}'),
      '<url> answered 404, and not as aftercall does\nis AFTERCALL_URL the address of an aftercall service?\n',
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(301, { location: 'https://calls.example.com/' }).end(),
      '<url> sends us on to https://calls.example.com/\nset AFTERCALL_URL to the address where the service is\n',
    ],
    [
      'a connection that is cut',
      request => request.socket.destroy(),
      'the connection to <url> was closed before its answer was complete\nsee the log of the service, and try again\n',
    ],
    [
      'a fault of the service',
      (_, response) =>
        response.writeHead(500).end('{"title": "Internal Server Error", "detail": "something went wrong here"}'),
      'Internal Server Error: something went wrong here\nthe log of the service says what went wrong\n',
    ],
    [
      'a service that cannot now',
      (_, response) => response.writeHead(503, { 'retry-after': '5' }).end('{"title": "Service Unavailable"}'),
      'Service Unavailable\ntry again in 5 s; `/readyz` says what is wrong\n',
    ],
  ]
  const ended = await Promise.all(cases.map(async ([, listener]) => at(await serve(listener))('campaign list')))
  for (const [index, [name, , said]] of cases.entries()) {
    const { err = '', ...rest } = ended[index] ?? {}
    expect({ ...rest, err: settled(err) }, name).toEqual({ code: 1, out: '', err: said })
  }
  const away = await at(await nobody())('campaign list')
  const started = 'start it with `npm start`, or set AFTERCALL_URL\n'
  expect({ ...away, err: settled(away.err) }).toEqual({ code: 1, out: '', err: `nothing listens at <url>: ${started}` })
  const nowhere = await at('http://aftercall.invalid')('campaign list')
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('http://aftercall.invalid') })
  expect(nowhere.err).not.toContain('    at ')
})

test('settings that are wrong are named, all at once, without their secrets', async () => {
  const { code, out, err } = await commandLine({ AFTERCALL_URL: 'ftp://x', AFTERCALL_API_KEY: 'sesame' })(
    'campaign list',
  )
  expect({ code, out, err }).toEqual({
    code: 78,
    out: '',
    err: 'AFTERCALL_URL: must be an http(s) URL (is "ftp://x")\n',
  })
  const withPassword = await at('http://ann:sesame@127.0.0.1')('campaign list')
  expect(withPassword).toMatchObject({ code: 78, err: expect.not.stringContaining('sesame') })
  const dir = await ownDirectory()
  const url = await nobody()
  await writeFile(join(dir, '.env'), `AFTERCALL_URL=${url}\n`)
  expect((await commandLine({}, dir)('audit list')).err).toContain(`nothing listens at ${url}:`)
  expect((await commandLine({ AFTERCALL_URL: '' }, dir)('audit list')).err).toMatch(
    /^nothing listens at http:\/\/127\.0\.0\.1:3000:/,
  )
})

test('keys: none, a wrong one, one that may only read', async () => {
  const stage = await startStage({ env: { ADMIN_API_KEYS: 'ann:viewer:look,bob:operator:work' } })
  const aftercall = at(stage.url)
  expect((await aftercall('campaign list')).err).toBe(
    'Unauthorized: an API key is needed: Authorization: Bearer <key>\nset AFTERCALL_API_KEY to one of the keys in the ADMIN_API_KEYS of the service\n',
  )
  const wrong = await aftercall('campaign list', { env: { AFTERCALL_API_KEY: 'guess' } })
  expect(wrong.err).toContain('AFTERCALL_API_KEY is not one of the keys')
  expect(wrong.err).not.toContain('guess')
  const looking = { env: { AFTERCALL_API_KEY: 'look' } }
  expect((await aftercall('campaign list', looking)).code).toBe(0)
  expect(await aftercall('campaign pause roof', looking)).toEqual({
    code: 1,
    out: '',
    err: 'Forbidden: ann is a viewer and may only read\nuse a key whose role is operator or admin\n',
  })
  // Of several keys the first one is sent.
  expect((await aftercall('campaign pause roof', { env: { AFTERCALL_API_KEY: 'work, look' } })).code).toBe(0)
  const uploaded = await aftercall('campaign import roof -', { input: 'leadId\nlead_1\n', ...looking })
  expect(uploaded).toMatchObject({ code: 1, err: expect.stringContaining('Forbidden: ann is a viewer') })
})

test('lists that are none: each says what it is and what to do', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, trigger: {} }] })
  const dir = await ownDirectory()
  const aftercall = at(stage.url, dir)
  const bytes = (text: string) => Buffer.from(text, 'latin1')
  const files: [string, Buffer, RegExp][] = [
    ['empty.csv', bytes(''), /^empty\.csv is empty\nthe first line names the columns/],
    ['book.xlsx', bytes('PK\x03\x04rest'), /^book\.xlsx is a spreadsheet .*\nopen it and save it as CSV UTF-8/],
    ['old.xls', bytes('\xd0\xcf\x11\xe0rest'), /^old\.xls is an old spreadsheet/],
    ['leads.csv.gz', gzipSync('leadId\n'), /^leads\.csv\.gz is compressed.*\ngunzip -c leads\.csv\.gz \|/],
    ['wide.csv', Buffer.from('\ufeffleadId\n', 'utf16le'), /^wide\.csv is UTF-16 text/],
    ['picture.png', bytes('\x89PNG\r\n\x1a\n\0\0\0'), /^picture\.png is no text/],
  ]
  for (const [name, content] of files) await writeFile(join(dir, name), content)
  const ended = await Promise.all(files.map(([name]) => aftercall(`campaign import roof ${name}`)))
  for (const [index, [name, , said]] of files.entries()) {
    expect(ended[index], name).toEqual({ code: 1, out: '', err: expect.stringMatching(said) })
  }
  await mkdir(join(dir, 'folder'))
  expect((await aftercall('campaign import roof folder')).err).toMatch(/^folder is a folder\n/)
  expect((await aftercall('campaign import roof nowhere.csv')).err).toMatch(/^there is no file nowhere\.csv\n/)
  expect((await aftercall('campaign import roof -')).err).toMatch(/^what was piped in is empty\n/)
  // What only the service can know, the service says.
  const headless = await aftercall('campaign import roof -', { input: 'name,number\nAnn,1\n' })
  expect(headless.err).toMatch(/Bad Request: the first line must name the columns: .*; nothing was taken\n$/)
  const unknown = await aftercall('campaign import nope -', { input: 'leadId\nlead_1\n' })
  expect(unknown.err).toMatch(
    /Not Found: no campaign nope is loaded\n`aftercall campaign list` names those there are\n$/,
  )
  expect((await stage.campaign()).progress.total).toBe(0)
})

test('a list that is refused at its beginning is not sent to its end', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, trigger: {} }] })
  const line = `${'x'.repeat(1023)}\n`
  let made = 0
  const endless = function* () {
    for (; made < 200_000; made += 1) yield line
  }
  const { code, err } = await at(stage.url)('campaign import nope -', { input: Readable.from(endless()) })
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('Not Found: no campaign nope is loaded') })
  expect(made).toBeLessThan(100_000)
})

test('an answer that is cut off leaves no file that looks whole', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' })
    response.write('leadId,journeyId\r\nlead_1,jrn_1\r\n', () => response.destroy())
  })
  const dir = await ownDirectory()
  await writeFile(join(dir, 'roof.csv'), 'the export of yesterday')
  const saved = await at(url, dir)('campaign export roof --out roof.csv')
  expect(saved).toMatchObject({ code: 1, err: expect.stringContaining('was closed before its answer was complete') })
  expect(await readdir(dir)).toEqual(['roof.csv'])
  expect(await readFile(join(dir, 'roof.csv'), 'utf8')).toBe('the export of yesterday')
  expect((await at(url, dir)('campaign export roof')).code).toBe(1)
  const whole = await serve((_, response) => response.end('leadId\r\n'))
  expect((await at(whole, dir)('campaign export roof --out no/such/roof.csv')).err).toBe(
    'no/such/roof.csv cannot be written: there is no such folder\n',
  )
})

test('a call of which nobody knows whether it was taken can be asked for again', async () => {
  const keys: unknown[] = []
  const url = await serve((request, response) => {
    keys.push(request.headers['idempotency-key'])
    request.resume().on('end', () => response.destroy())
  })
  const { code, err } = await at(url)('call lead_1 --campaign roof')
  expect(code).toBe(1)
  const [, key] = /^the connection to .*\nit may have been taken: with --idempotency-key (\S+) it/.exec(err) ?? []
  await at(url)(`call lead_1 --campaign roof --idempotency-key ${key}`)
  expect(keys).toEqual([key, key])
  expect((await at(await nobody())('call lead_1 --campaign roof')).err).not.toContain('idempotency')
})

test('Ctrl-C in the middle of a list says what that means', async () => {
  let arrived = 0
  const url = await serve(request => {
    request.on('data', (chunk: Buffer) => {
      arrived += chunk.length
    })
  })
  const input = new Readable({ read() {} })
  input.push('leadId\nlead_1\n')
  const importing = start(['campaign', 'import', 'roof', '-'], { env: { AFTERCALL_URL: url }, input })
  await eventually(() => arrived > 0)
  importing.kill('SIGINT')
  expect(await importing.ended).toEqual({
    code: 130,
    out: '',
    err: 'stopped: what was sent so far may have been taken\nimport the list again for the rest; what is there already counts as a duplicate\n',
  })
})

test('words that make no command end with 2 and say how', async () => {
  const aftercall = at(await nobody())
  const lines: [string, RegExp][] = [
    ['nope', /^unknown command 'nope'\n--help says how\n$/],
    ['campaing', /Did you mean campaign\?/],
    ['campaign', /^Usage: aftercall campaign/],
    ['', /^Usage: aftercall/],
    ['campaign start', /^missing required argument 'id'/],
    ['campaign start roof extra', /^too many arguments/],
    ['campaign export roof --format xml', /Allowed choices are csv, ndjson/],
    ['campaign list --limit 0', /must be a whole number from 1/],
    ['campaign import leads.csv', /^which campaign\?\naftercall campaign import <campaign> leads\.csv\n$/],
    ['campaign import roof leads.csv --campaign roof', /^the campaign is named twice/],
    ['campaign pause ..', /^"\.\." is no id\n$/],
    ['call lead_1', /^required option '-c, --campaign <id>' not specified/],
    ['call lead_1 --campaign roof --field budget', /It must be name=value/],
    ['completion tcsh', /Allowed choices are bash, zsh, fish/],
  ]
  const ended = await Promise.all(lines.map(([line]) => aftercall(line === '' ? [] : line)))
  for (const [index, [line, said]] of lines.entries()) {
    expect(ended[index], line).toEqual({ code: 2, out: '', err: expect.stringMatching(said) })
  }
})
