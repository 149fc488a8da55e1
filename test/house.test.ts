import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkHouse } from '../scripts/house/check.ts'
import { rooms } from '../scripts/house/rooms.ts'
import type { SourceFile } from '../scripts/house/source-facts.ts'
import { readTree } from '../scripts/house/tree.ts'
import { describeViolation } from '../scripts/house/violation.ts'
import { catalogue } from '../src/queues/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const tree = await readTree(root)

test('the tree keeps the rules of the house', () => {
  expect(tree.length).toBeGreaterThan(100)
  expect(checkHouse(tree).map(describeViolation)).toEqual([])
})

const contract = (name: string): SourceFile => ({
  path: `src/queues/${name}.ts`,
  text: `import { defineJob } from './define-job.ts'\nexport const job = defineJob({})`,
})
const handlerList = (...names: string[]): SourceFile => ({
  path: 'src/workers/index.ts',
  text: names.map(name => `import { create } from './${name}.ts'`).join('\n'),
})
const at = (path: string, text: string): SourceFile[] => [{ path, text }]
/** Words that the rules look for, put together so that this file does not break them itself. */
const LATER = ['TO', 'DO'].join('')

/** What each rule must catch, and what the violation says. */
const broken: [string, SourceFile[], RegExp][] = [
  // Which room may import from which.
  ['webhooks import workers', at('src/webhooks/a.ts', `import { b } from '../workers/b.ts'`), /must not import/],
  ['webhooks import clients', at('src/webhooks/sources/a.ts', `import '../../clients/http.ts'`), /must not import/],
  ['workers import webhooks', at('src/workers/a.ts', `import { b } from '../webhooks/b.ts'`), /must not import/],
  ['workers import a client', at('src/workers/a.ts', `import '../clients/leadsail.ts'`), /must not import/],
  ['workers import the producer', at('src/workers/a.ts', `import type { P } from '../queues/producer.ts'`), /only$/],
  ['clients import campaigns', at('src/clients/a.ts', `import type { C } from '../campaigns/campaign.ts'`), /must not/],
  ['clients import queues', at('src/clients/a.ts', `export * from '../queues/index.ts'`), /must not import/],
  [
    'campaigns import the clock',
    at('src/campaigns/a.ts', `import type { Clock } from '../clock.ts'`),
    /must not import/,
  ],
  ['the api imports the ledger', at('src/api/a.ts', `import { e } from '../ledger/events.ts'`), /must not import/],
  ['the dashboard imports redis', at('src/dashboard/a.ts', `import '../redis/connect.ts'`), /must not import/],
  ['the cli imports the ledger', at('src/cli/a.ts', `import '../ledger/index.ts'`), /must not import/],
  [
    'a value where types are allowed',
    at('src/webhooks/a.ts', `import { c } from '../config.ts'`),
    /but by import type/,
  ],
  ['a dynamic import', at('src/webhooks/a.ts', `const b = await import('../workers/b.ts')`), /must not import/],
  ['a type by import()', at('src/webhooks/a.ts', `type B = import('../workers/b.ts').B`), /must not import/],
  ['a type re-exported', at('src/clients/a.ts', `export type { J } from '../ledger/journey.ts'`), /must not import/],
  ['a computed import', at('src/api/a.ts', "await import('./' + name)"), /computed/],
  ['src imports the simulator', at('src/app.ts', `import '../simulator/simulator.ts'`), /must not import/],
  ['src imports the demo', at('src/main.ts', `import '../demo/main.ts'`), /must not import/],
  ['the simulator imports src', at('simulator/a.ts', `import '../src/clock.ts'`), /must not import/],
  ['the demo imports the app', at('demo/a.ts', `import { createApp } from '../src/app.ts'`), /must not import/],
  ['code imports a test', at('src/desk/a.ts', `import '../intake/b.test.ts'`), /is a test/],
  ['code imports test support', at('src/desk/a.ts', `import '../../test/support/eventually.ts'`), /must not import/],
  ['a room that is not planned', at('src/attic/a.ts', `import '../errors.ts'`), /no row/],

  // Contracts and handlers.
  [
    'a contract drags something in',
    [
      { path: 'src/queues/ring.ts', text: `import { K } from '../redis/keys.ts'\nexport const job = defineJob({})` },
      { path: 'src/workers/ring.ts', text: '' },
      handlerList('ring'),
    ],
    /would come along/,
  ],
  [
    'a handler imports a handler',
    [
      contract('ring'),
      handlerList('ring', 'sing'),
      contract('sing'),
      { path: 'src/workers/sing.ts', text: `import { r } from './ring.ts'` },
    ],
    /only through the ledger/,
  ],
  [
    'a part of a handler imports a handler',
    [contract('ring'), handlerList('ring'), { path: 'src/workers/tone.ts', text: `import { r } from './ring.ts'` }],
    /only through the ledger/,
  ],
  ['a contract without handler', [contract('ring'), handlerList()], /loads no src\/workers\/ring.ts/],
  ['a handler without contract', [handlerList('ring')], /defines no job/],

  // One library, one door.
  ['process.env', at('src/logger.ts', `const level = process.env['LOG_LEVEL']`), /process.env/],
  ['process.env taken apart', at('src/app.ts', 'const { env } = process'), /process.env/],
  ['process by import', at('src/app.ts', `import { env } from 'node:process'`), /nowhere/],
  ['new Redis', at('src/ledger/a.ts', 'const client = new Redis()'), /new Redis is allowed only in src\/redis/],
  ['new Cluster', at('src/desk/a.ts', 'const client = new Cluster([])'), /only in src\/redis/],
  ['new Queue', at('src/scheduler/a.ts', `const queue = new Queue('x')`), /only in src\/queues\/producer.ts/],
  ['new Worker', at('src/workers/a.ts', `const worker = new Worker('x')`), /only in src\/workers\/runtime.ts/],
  ['ioredis', at('src/ledger/a.ts', `import type { Redis } from 'ioredis'`), /only$/],
  ['bullmq', at('src/workers/a.ts', `import { UnrecoverableError } from 'bullmq'`), /only$/],
  ['got', at('src/clients/leadsail.ts', `import { HTTPError } from 'got'`), /src\/clients\/http.ts only/],
  ['express in a handler', at('src/workers/a.ts', `import type { Request } from 'express'`), /only$/],
  ['express itself in http/', at('src/http/a.ts', `import express from 'express'`), /only$/],
  ['playwright', at('src/dashboard/a.ts', `import { chromium } from 'playwright-core'`), /for tests alone/],
  [
    'testcontainers in the demo',
    at('demo/a.ts', `import { GenericContainer } from 'testcontainers'`),
    /for tests alone/,
  ],
  ['a library without a door', at('src/desk/a.ts', `import leftPad from 'left-pad'`), /has no door/],
  ['a subpath of it', at('src/desk/a.ts', `import '@some/thing/else'`), /@some\/thing has no door/],
  [
    'rules that read files',
    at('src/campaigns/outcome.ts', `import { readFile } from 'node:fs/promises'`),
    /only computes/,
  ],
  ['a module of Node without node:', at('src/redis/a.ts', `import net from 'net'`), /needs node:/],
  ['the time of day', at('src/ledger/a.ts', 'const at = Date.now()'), /Date.now is allowed only in src\/clock.ts/],
  ['the time of day, another way', at('src/campaigns/a.ts', 'const today = new Date()'), /only in src\/clock.ts/],
  ['chance', at('src/campaigns/a.ts', 'const share = Math.random()'), /Math.random/],
  ['an end from deep inside', at('src/redis/a.ts', 'process.exit(1)'), /process.exit/],
  ['console', at('src/desk/a.ts', `console.log('x')`), /console.log is allowed only in src\/cli/],
  ['a default export', at('src/desk/a.ts', 'export default 1'), /export default is allowed nowhere/],

  // Sizes and names.
  ['a long file', at('simulator/a.ts', 'f()\n'.repeat(301)), /301 lines, 300/],
  ['a long test', at('test/a.test.ts', 'f()\n'.repeat(301)), /301 lines, 300/],
  ['a long main.ts', at('src/main.ts', 'f()\n'.repeat(41)), /41 lines, 40/],
  ['an attic', at('src/ledger/utils.ts', ''), /utils is an attic/],
  ['an attic of a folder', at('test/helpers/redis.ts', ''), /helpers is an attic/],
  ['camelCase', at('src/ledger/dueIndex.ts', ''), /kebab-case/],
  ['snake_case', at('src/redis_two/keys.ts', ''), /kebab-case/],

  // Smells.
  ['a timer in a test', at('test/a.test.ts', 'setTimeout(done, 100)'), /wait on conditions/],
  [
    'a pause in a test',
    at('src/ledger/a.test.ts', `import { setTimeout as nap } from 'node:timers/promises'`),
    /wait on/,
  ],
  ['a mock', at('test/a.test.ts', `vi.mock('bullmq')`), /nothing is mocked/],
  ['a mock of jest', at('src/ledger/a.test.ts', `jest.mock('bullmq')`), /nothing is mocked/],
  ['only', at('test/a.test.ts', `test.only('a', () => {})`), /left out/],
  ['only, each', at('test/a.test.ts', `test.only.each([1])('a', () => {})`), /left out/],
  ['skip', at('simulator/a.test.ts', `describe.skip('a', () => {})`), /left out/],
  ['skip on a condition', at('test/a.test.ts', `test.skipIf(isMac)('a', () => {})`), /left out/],
  ['skip on the way', at('test/a.test.ts', `test('a', context => context.skip())`), /left out/],
  ['todo', at('test/a.test.ts', `test.todo('a')`), /left out/],
  ['work put off', at('src/ledger/a.ts', `// ${LATER}: later\n`), /puts work off/],
  ['work put off in a block', at('demo/a.ts', `/* a ${LATER} */`), /puts work off/],
]

describe('every rule can fail', () => {
  test.each(broken)('%s', (_name, files, says) => {
    const found = checkHouse(files).map(describeViolation)
    expect(found, found.join('\n')).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })
})

/** What looks like a breach and is none. */
const kept: [string, SourceFile[]][] = [
  ['a type where types are allowed', at('src/webhooks/a.ts', `import type { Config } from '../config.ts'`)],
  [
    'a unit test may use what tests share',
    at('src/redis/a.test.ts', `import { eventually } from '../../test/support/eventually.ts'`),
  ],
  [
    'strings and comments are no code',
    at('src/desk/a.ts', `// not new Redis(), nor process.env\nconst text = 'console.log ${LATER} new Worker()'`),
  ],
  ['a time that is handed in', at('src/desk/a.ts', 'const iso = (ms: number) => new Date(ms).toISOString()')],
  ['a tool that drives a browser', at('scripts/a.ts', `import { chromium } from 'playwright-core'`)],
  ['a timeout of a socket', at('test/support/a.ts', 'socket.setTimeout(1000)')],
  [
    'the one place that waits',
    at('test/support/eventually.ts', `import { setTimeout as wait } from 'node:timers/promises'`),
  ],
  [
    'a part of a handler knows its types',
    [
      contract('ring'),
      handlerList('ring'),
      { path: 'src/workers/tone.ts', text: `import type { R } from './ring.ts'` },
    ],
  ],
  [
    'a contract with its handler',
    [contract('ring'), { path: 'src/workers/ring.ts', text: '' }, handlerList('ring', 'step-job')],
  ],
]

test.each(kept)('%s', (_name, files) => {
  expect(checkHouse(files).map(describeViolation)).toEqual([])
})

test('the floor plan has no circle', () => {
  const places = Object.keys(rooms).filter(room => room.startsWith('src/'))
  const below = (room: string) =>
    (rooms[room] ?? []).flatMap(entry => {
      const path = entry.replace(/^type /, '')
      return places.filter(place => path === place || path.startsWith(`${place}/`))
    })
  // config.ts reads durations as campaign files do; nothing of it goes back up, for duration.ts imports nothing.
  const isKnown = (from: string, to: string) => from === 'src/config.ts' && to === 'src/campaigns'
  const reach = (room: string, way: string[]): string[] =>
    way.includes(room)
      ? [[...way, room].join(' -> ')]
      : below(room)
          .filter(next => !isKnown(room, next))
          .flatMap(next => reach(next, [...way, room]))
  expect(places.flatMap(room => reach(room, []))).toEqual([])
})

test('a job is called like its queue and its file', () => {
  const paths = new Set(tree.map(({ path }) => path))
  for (const [queue, { name }] of Object.entries(catalogue)) {
    expect(name).toBe(queue)
    expect(paths).toContain(`src/queues/${name}.ts`)
  }
})

describe('importing a file', () => {
  const script = join(root, 'test/support/import-quietly.ts')
  /** May read code and write nothing; a file that does more fails to be imported. */
  const mayRead = ['src', 'node_modules', 'package.json', 'test/support'].map(
    name => `--allow-fs-read=${join(root, name)}`,
  )

  async function importQuietly(
    paths: string[],
    flags: string[] = [],
  ): Promise<{ path: string; opened: string[]; error?: string }[]> {
    const args = ['--disable-warning=SecurityWarning', ...flags, script, ...paths]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000, killSignal: 'SIGKILL' })
    return JSON.parse(stdout)
  }

  test('opens nothing, reads nothing, starts nothing', async () => {
    const isProgram = (path: string) => path === 'src/main.ts' || /^src\/cli\/(?:main|index)\.ts$/.test(path)
    const paths = tree
      .map(({ path }) => path)
      .filter(path => path.startsWith('src/') && !path.endsWith('.test.ts') && !isProgram(path))
    const imported = await importQuietly(
      paths.map(path => join(root, path)),
      ['--permission', '--allow-addons', ...mayRead],
    )
    expect(imported).toHaveLength(paths.length)
    expect(imported.filter(({ opened, error }) => opened.length > 0 || error !== undefined)).toEqual([])
  })

  test('is found out when it does', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'aftercall-house-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const noisy = {
      'socket.ts': `import { createServer } from 'node:net'\ncreateServer().listen(0, '127.0.0.1').unref()`,
      'timer.ts': 'setInterval(() => {}, 1000).unref()',
      'signal.ts': `process.on('SIGTERM', () => {})`,
      'file.ts': `import { readFileSync } from 'node:fs'\nreadFileSync('/etc/hosts')`,
    }
    const paths = Object.keys(noisy).map(name => join(dir, name))
    await Promise.all(Object.entries(noisy).map(([name, text]) => writeFile(join(dir, name), text)))
    const mayReadThese = ['--permission', ...mayRead, `--allow-fs-read=${dir}`]
    expect(await importQuietly(paths, mayReadThese)).toMatchObject([
      { opened: expect.arrayContaining(['TCPSERVERWRAP']) },
      { opened: ['Timeout'] },
      { opened: ['SIGNALWRAP', 'listener of SIGTERM'] },
      { error: expect.stringContaining('--allow-fs-read') },
    ])
  })
})
