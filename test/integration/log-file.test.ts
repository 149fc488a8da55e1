import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const LINES = 1_000

/** Runs a program that finds our logger as its first argument. What it says on stderr is answered. */
async function runWithLog(text: string, log: number): Promise<{ code: number; said: string }> {
  const logger = new URL('../../src/logger.ts', import.meta.url).href
  const args = ['--input-type=module', '-e', text, logger]
  const child = spawn(process.execPath, args, { stdio: ['ignore', log, 'pipe'] })
  let said = ''
  child.stderr?.on('data', chunk => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  return { code, said }
}

/** Logs in three rounds of the event loop and ends in its own way; says on stderr how it has used its log's file. */
const program = `
import fs from 'node:fs'
import { createRequire } from 'node:module'
const used = { writes: 0, syncs: 0 }
const own = createRequire(import.meta.url)('node:fs')
for (const [name, count] of [['writeSync', 'writes'], ['fsyncSync', 'syncs']]) {
  const real = own[name]
  own[name] = (...args) => { used[count] += 1; return real(...args) }
}
const { createLogger } = await import(process.argv[1])
const logger = createLogger({ level: 'info' })
for (let round = 0; round < 3; round += 1) {
  for (let line = 0; line < ${LINES}; line += 1) logger.info({ round, line }, 'line.written')
  if (round < 2) await new Promise(resolve => setImmediate(resolve))
}
process.on('exit', () => fs.writeFileSync(2, JSON.stringify(used)))
process.exit(0)
`

test('a log that is a file has every line in its order, few writes, and no round waits for the disk', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-log-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await using file = await open(join(dir, 'log'), 'w')
  const { said } = await runWithLog(program, file.fd)

  const lines = (await readFile(join(dir, 'log'), 'utf8')).trimEnd().split('\n')
  const numbers = lines.map(line => JSON.parse(line)).map(({ round, line }) => round * LINES + line)
  expect(numbers).toEqual(Array.from({ length: 3 * LINES }, (_, index) => index))
  const { writes, syncs } = JSON.parse(said)
  expect(syncs).toBe(0)
  // A line is some 80 characters: 200 of them go at once.
  expect(writes).toBeLessThan(LINES / 10)
  expect(writes).toBeGreaterThan(0)
})

const persistent = `
const { createLogger } = await import(process.argv[1])
const logger = createLogger({ level: 'info' })
const long = 'x'.repeat(1_000)
for (let round = 0; round < 100; round += 1) {
  for (let line = 0; line < 50; line += 1) logger.info({ long }, 'line.written')
  await new Promise(resolve => setImmediate(resolve))
}
process.stderr.write(String(process.memoryUsage().rss < 200_000_000 && 'still here'))
`

test('a log whose disk is full ends nothing, and is not kept in memory without end', async () => {
  await using full = await open('/dev/full', 'w')
  expect(await runWithLog(persistent, full.fd)).toEqual({ code: 0, said: 'still here' })
})
