import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'

test('the README’s walk through one lead, command by command', async () => {
  const [simulatorPort, port] = [await freePort(), await freePort()]
  const dataDir = await mkdtemp(join(tmpdir(), 'aftercall-readme-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  // Only what two runs on one machine would fight over is changed: ports and the data directory.
  const commands = (await shellBlocks('One lead by hand')).map(block =>
    block
      .replaceAll('4010', String(simulatorPort))
      .replaceAll('3000', String(port))
      .replaceAll('/tmp/aftercall-first', dataDir),
  )
  expect(commands).toHaveLength(4)
  const [simulator = '', service = '', lead = '', look = ''] = commands
  const [control = '', start = ''] = service.split('\n\n')

  runOn(simulator, port)
  await eventually(() => run(control), { timeoutMs: 20_000, everyMs: 200 })
  runOn(start, port)
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), {
    timeoutMs: 20_000,
  })

  expect(await run(lead)).toMatch(
    /^HTTP\/1\.1 202 Accepted[\s\S]*{"status":"accepted","eventId":"leadsail_[0-9a-f]+"}$/,
  )
  await eventually(
    async () => {
      const story = await run(look)
      expect(story).toContain('"state":"done","outcome":"qualified"')
      expect(story).toContain('Hi Ann, thanks for talking with us.')
      expect(story).toContain('"eventName":"Lead"')
    },
    { timeoutMs: 20_000 },
  )
  expect(await run(lead)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*{"status":"duplicate"/)
}, 90_000)

/** The shell blocks under one heading of the README. */
async function shellBlocks(heading: string): Promise<string[]> {
  const readme = await readFile('README.md', 'utf8')
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code.trim())
}

async function run(command: string): Promise<string> {
  const child = spawn('bash', ['-ec', command], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command}\nended with ${code}`)
  return output
}

/** Runs a command until the end of the test, with all that it starts. */
function runOn(command: string, port: number): ChildProcess {
  const env = { ...process.env, PORT: String(port) }
  const child = spawn('bash', ['-ec', command], { stdio: 'ignore', detached: true, env })
  onTestFinished(async () => {
    const closed = once(child, 'close')
    process.kill(-Number(child.pid), 'SIGTERM')
    await closed
  })
  return child
}
