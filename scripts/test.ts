/**
 * `npm test`: the checks and all tests. Everything runs whatever fails before it; each check counts as one test, and the
 * last line is `N passed, N failed`. Arguments go to vitest: `npm test -- test/house.test.ts`. `npm run test:full` runs the
 * tests that share a Redis twice more, on a Redis Cluster and behind Sentinels (`TEST_REDIS`), at the scale of `npm test`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readReport, type Tally } from './test-report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Programs of `node_modules/.bin`; vitest itself holds the tree against the rules of the house. */
const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['lint and format', 'biome', 'check', '.'],
  ['types', 'tsc', '--noEmit'],
  ['unused code', 'knip'],
  ['campaign schema', 'node', 'scripts/write-schema.ts', '--check'],
]

const checked = await runChecks()
const args = process.argv.slice(2)
const tallies = [checked, await runTests(args)]
const isWhole = process.env['TEST_SCALE'] === 'full' && args.length === 0 && !process.env['TEST_REDIS']
for (const set of isWhole ? ['cluster', 'sentinel'] : []) {
  const { passed, failures } = await runTests(args, { TEST_SCALE: '', TEST_REDIS: set })
  tallies.push({ passed, failures: failures.map(failure => `${set}: ${failure}`) })
}
const failures = tallies.flatMap(tally => tally.failures)
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
if (failures.length > 0) console.log(`\nFailed:\n${failures.map(failure => `  ${failure}`).join('\n')}`)
console.log(`\n${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 ? 1 : 0

async function runChecks(): Promise<Tally> {
  const tally: Tally = { passed: 0, failures: [] }
  const runs = checks.map(async ([name, command, ...args]) => ({ name, ...(await run(command, args, 'keep')) }))
  for (const running of runs) {
    const { name, exitCode, output, ms } = await running
    const isPassed = exitCode === 0
    console.log(`${isPassed ? '✓' : '✗'} ${name} (${(ms / 1000).toFixed(1)} s)`)
    if (isPassed) {
      tally.passed += 1
      continue
    }
    console.log(output.trimEnd().replaceAll(/^/gm, '    '))
    tally.failures.push(`check: ${name}`)
  }
  return tally
}

async function runTests(args: readonly string[], env: Record<string, string> = {}): Promise<Tally> {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-test-'))
  try {
    const outputFile = join(dir, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`]
    const { exitCode } = await run('vitest', ['run', ...reporters, ...args], 'show', env)
    return readReport(await readFile(outputFile, 'utf8').catch(() => undefined), exitCode, root)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Runs a program with the checkout's own ones first on its PATH, so that it meets the Node that this project brings. */
function run(command: string, args: readonly string[], output: 'show' | 'keep', env: Record<string, string> = {}) {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<{ exitCode: number | null; output: string; ms: number }>()
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` },
    stdio: output === 'show' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  let kept = ''
  const end = (exitCode: number | null) => resolve({ exitCode, output: kept, ms: performance.now() - startedAt })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept += text
    })
  }
  child.once('error', error => {
    kept += `${command}: ${error.message}`
    end(null)
  })
  child.once('close', end)
  return promise
}
