import { spawn } from 'node:child_process'
import { access, readFile, rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'

const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))
const LIMIT_MS = 60_000

interface Ended {
  code: number | null
  out: string
  err: string
  log: { msg: string; pid?: number; port?: number }[]
}

/** Plays the demo as it is played in a pipe; `until` sees what it has written so far and may interrupt it. */
async function play(args: string[], until?: (out: string) => boolean): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = Promise.withResolvers<number | null>()
  child.once('exit', exit.resolve)
  const err = text(child.stderr)
  let out = ''
  let isTold = false
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    out += chunk
    if (isTold || !until?.(out)) continue
    isTold = true
    child.kill('SIGINT')
  }
  const logPath = /^ +log +(\S+)$/m.exec(out)?.[1] ?? ''
  const log = (await readFile(logPath, 'utf8')).trimEnd().split('\n')
  await rm(logPath)
  // The folder of its data is named like its log.
  await expect(access(logPath.replace(/\.log$/, ''))).rejects.toThrow('ENOENT')
  return { code: await exit.promise, out, err: await err, log: log.map(line => JSON.parse(line)) }
}

/** Neither the service nor its Redis runs on. */
async function nothingIsLeft({ log, out }: Ended): Promise<void> {
  const redis = log.find(({ msg }) => msg === 'redis.started')?.pid ?? 0
  expect(redis).toBeGreaterThan(1)
  expect(log.map(({ msg }) => msg)).toContain('redis.stopped')
  await eventually(() => expect(() => process.kill(redis, 0)).toThrow('ESRCH'))
  const page = /^ +page +(\S+)$/m.exec(out)?.[1] ?? ''
  expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dashboard$/)
  await expect(fetch(page)).rejects.toThrow()
}

test('the demo ends by itself in under a minute, agrees with the vendor and leaves nothing behind', {
  timeout: LIMIT_MS + 5_000,
}, async () => {
  const startedAt = performance.now()
  const ended = await play([])
  expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS)
  expect(ended, ended.out + ended.err).toMatchObject({ code: 0, err: '' })

  const row = (what: string) =>
    new RegExp(`^ +${what} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(ended.out)?.slice(1).map(Number) ?? []
  for (const [what, least] of [
    ['calls placed', 26],
    ['texts sent', 5],
    ['pixels fired', 3],
  ] as const) {
    const [ours = 0, theirs, doubled] = row(what)
    expect([what, theirs, doubled]).toEqual([what, ours, 0])
    expect(ours).toBeGreaterThanOrEqual(least)
  }
  expect(ended.out).toContain('25 done')
  expect(ended.out).toContain('26 webhooks, 1 of them a duplicate')
  expect(ended.out).toContain('cut off its answer to 1')
  expect(ended.out).not.toContain('\x1b')
  await nothingIsLeft(ended)
})

test('an interrupt ends everything at once, and is no success', async () => {
  const ended = await play([], out => out.includes('webhooks'))
  expect(ended, ended.out + ended.err).toMatchObject({ code: 1, err: '' })
  expect(ended.out).toContain('demo: interrupted')
  await nothingIsLeft(ended)
})
