import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

const isFull = process.env['TEST_SCALE'] === 'full'

/** In the short run Redis and every process die early, so that what they leave open is closed within the minute. */
const scale = isFull
  ? { args: [], journeys: 10_000, workers: 50, restarts: 10, minutes: 45 }
  : {
      args: ['--journeys', '150', '--kills', '6', '--redis-restarts', '2', '--rate', '20'],
      journeys: 150,
      workers: 6,
      restarts: 2,
      minutes: 5,
    }

describe('chaos', () => {
  test(
    'nothing happens twice, is lost or gets stuck while processes and Redis die and the vendor misbehaves',
    async () => {
      const { code, figures, output } = await chaos(scale.args)
      expect(code, output).toBe(0)
      expect(figures.ok).toBe(true)
      expect(figures.named).toEqual([])
      expect(figures.journeys.total).toBe(scale.journeys)

      // Nothing of this says anything unless the run really was disturbed.
      const {
        'worker kill -9': workers,
        'redis SIGKILL': crashed = 0,
        'redis SIGTERM': stopped = 0,
      } = figures.disturbances
      expect([workers, crashed + stopped]).toEqual([scale.workers, scale.restarts])
      for (const times of Object.values(figures.truth.faults)) expect(times).toBeGreaterThan(0)
      expect(figures.truth.pixels).toBeGreaterThan(0)
      expect(figures.truth.texts).toBeGreaterThan(0)
    },
    scale.minutes * 60_000,
  )

  test('the judge sees a repeated call, text and pixel, and an event without a journey', async () => {
    const args = ['--journeys', '12', '--kills', '0', '--redis-restarts', '0', '--rate', '50', '--sabotage']
    const { code, figures, output } = await chaos(args)
    expect(code, output).toBe(1)
    const found = Object.entries(figures.faults).filter(([, times]) => times > 0)
    expect(Object.fromEntries(found)).toEqual({
      'double call': 1,
      'double text': 1,
      'double pixel': 1,
      'lost event': 1,
    })

    const [, dir = ''] = /^logs: (.+)$/m.exec(output) ?? []
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const stories: { fault: { kind: string }; journey?: { timeline: unknown[] } }[] = JSON.parse(
      await readFile(join(dir, 'evidence.json'), 'utf8'),
    )
    expect(stories.find(({ fault }) => fault.kind === 'double call')?.journey?.timeline).not.toEqual([])
  }, 120_000)

  test('a wrong command line is refused', async () => {
    const { code, output } = await run(['--journeys', 'many'])
    expect(code).toBe(2)
    expect(output).toContain('usage: npm run chaos')
  })
})

interface Figures {
  ok: boolean
  named: unknown[]
  journeys: { total: number }
  disturbances: Record<string, number>
  faults: Record<string, number>
  truth: { calls: number; texts: number; pixels: number; faults: Record<string, number> }
}

/** A run of the suite as a process of its own, and the figures it wrote. */
async function chaos(args: readonly string[]): Promise<{ code: number; output: string; figures: Figures }> {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-chaos-test-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const file = join(dir, 'figures.json')
  const { code, output } = await run([...args, '--json', file])
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`the run wrote no figures:\n${output}`)
  })
  return { code, output, figures: JSON.parse(text) }
}

async function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['chaos/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGTERM'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [code] = await once(child, 'close')
  return { code, output }
}
