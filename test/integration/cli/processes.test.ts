import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createProgram } from '../../../src/cli/program.ts'
import { createScreen } from '../../../src/cli/screen.ts'
import { eventually } from '../../support/eventually.ts'
import { commandLine, ownDirectory, start } from './command-line.ts'

test('start is the service: its exit code is ours', async () => {
  const { code, out } = await commandLine({ PORT: 'many' }, await ownDirectory())('start')
  expect(code).toBe(78)
  expect(out).toContain('PORT: must be a whole number')
})

test('simulator takes its own options, and a signal that we get', async () => {
  const running = start(['simulator', '--port', '0', '--seed', '7'])
  const { url } = JSON.parse(await eventually(() => running.out.includes('\n') && running.out))
  expect((await fetch(`${url}/_control/truth`)).status).toBe(200)
  running.kill('SIGTERM')
  expect((await running.ended).code).toBe(0)
  await expect(fetch(url)).rejects.toThrow()
  expect(await commandLine({})('simulator --speed 9')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--speed'),
  })
})

test('demo takes its own options', async () => {
  expect(await commandLine({})('demo --forever')).toMatchObject({ code: 2, err: expect.stringContaining('--forever') })
})

test('every command says in one line what it does, and every read has --json', () => {
  const quiet = createScreen(process.stdout, 'dumb')
  const program = createProgram({ out: quiet, err: quiet } as Parameters<typeof createProgram>[0], () => {})
  const reads = ['list', 'status', 'preflight', 'find', 'show', 'validate', 'dryrun', 'doctor', 'alerts']
  const commands = program.commands.flatMap(command => [command, ...command.commands])
  expect(commands.length).toBeGreaterThan(25)
  for (const command of commands) {
    const name = command.name()
    expect(command.description(), name).toMatch(/^[^\n]{10,}$/)
    if (reads.includes(name))
      expect(
        command.options.map(({ long }) => long),
        name,
      ).toContain('--json')
  }
})

test('help and version go out as an answer, with 0', async () => {
  const aftercall = commandLine({})
  const help = await aftercall('help campaign import')
  expect(help).toMatchObject({ code: 0, err: '' })
  expect((await aftercall('--help')).out).toContain('Examples:\n  aftercall init')
  expect((await aftercall('campaign import --help')).out).toContain('zcat leads.csv.gz | aftercall campaign import')
  expect(await aftercall('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

test('paths are those of whoever called npm', async () => {
  const dir = await ownDirectory()
  await mkdir(join(dir, 'here'))
  await writeFile(join(dir, 'here', 'roof.yaml'), 'id: other\n')
  const npm = { npm_lifecycle_event: 'aftercall', INIT_CWD: join(dir, 'here') }
  expect((await commandLine(npm, dir)('campaign validate roof.yaml')).out).toContain('roof.yaml:1 id: must be the name')
})

/** What bash offers when Tab is pressed behind these words. */
async function complete(script: string, ...words: string[]): Promise<string[]> {
  const press = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aftercall; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['-c', press, 'bash', ...words])
  return stdout.split('\n').filter(word => word !== '')
}

test('completion knows the commands, options and choices that there are', async () => {
  const aftercall = commandLine({})
  const { out: script } = await aftercall('completion bash')
  expect(await complete(script, 'aftercall', 'par')).toEqual(['parked'])
  expect(await complete(script, 'aftercall', 'campaign', 'p')).toEqual(['preflight', 'pause'])
  expect(await complete(script, 'aftercall', 'campaign', 'import', 'roof', '--d')).toEqual(['--dry-run'])
  expect(await complete(script, 'aftercall', 'campaign', 'export', 'roof', '--format', '')).toEqual(['csv', 'ndjson'])
  expect(await complete(script, 'aftercall', 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']))
  expect(await complete(script, 'aftercall', 'campaign', 'import', 'le')).toEqual([])
  for (const shell of ['zsh', 'fish']) {
    const { code, out } = await aftercall(`completion ${shell}`)
    expect(code).toBe(0)
    for (const word of ['preflight', 'not-happened', 'ndjson']) expect(out).toContain(word)
  }
})
