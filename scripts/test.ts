/**
 * `npm test`: the checks and all tests. Everything runs whatever fails before it; each check counts as one test, and the
 * last line is `N passed, N failed`. Arguments go to vitest: `npm test -- test/house.test.ts`.
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
const tested = await runTests(process.argv.slice(2))
const failures = [...checked.failures, ...tested.failures]
if (failures.length > 0) console.log(`\nFailed:\n${failures.map(failure => `  ${failure}`).join('\n')}`)
console.log(`\n${checked.passed + tested.passed} passed, ${failures.length} failed`)
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

async function runTests(args: readonly string[]): Promise<Tally> {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-test-'))
  try {
    const outputFile = join(dir, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`]
    const { exitCode } = await run('vitest', ['run', ...reporters, ...args], 'show')
    return readReport(await readFile(outputFile, 'utf8').catch(() => undefined), exitCode, root)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Runs a program with the checkout's own ones first on its PATH, so that it meets the Node that this project brings. */
function run(command: string, args: readonly string[], output: 'show' | 'keep') {
  const startedAt = performance.now()
  const { promise, resolve } = Promise.withResolvers<{ exitCode: number | null; output: string; ms: number }>()
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` },
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
