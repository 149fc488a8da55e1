import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { commandLine, commandLineHere, onTerminal, ownDirectory, visible } from './command-line.ts'

const reads = [
  'campaign list',
  'campaign status roof',
  'campaign preflight roof',
  'campaign validate',
  'journey find',
  'parked list',
  'failures list',
  'suppress list',
  'events list',
  'audit list',
  'doctor',
]

async function withService() {
  const stage = await startStage()
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'done')
  const { REDIS_URL = '', CAMPAIGNS_DIR = '', LEADSAIL_API_KEY = '', LEADSAIL_BASE_URL = '' } = stage.env
  return { AFTERCALL_URL: stage.url, REDIS_URL, CAMPAIGNS_DIR, LEADSAIL_API_KEY, LEADSAIL_BASE_URL, PORT: '0' }
}

test('what is piped on has no colours and nothing else that only a terminal understands', async () => {
  const env = await withService()
  const here = commandLineHere(env, await ownDirectory())
  for (const line of ['--help', ...reads]) {
    const { out, err } = await here(line)
    expect(out + err, line).not.toBe('')
    expect(visible(out + err), line).not.toContain('␛')
  }
  const { out } = await commandLine(env)('campaign list')
  expect(visible(out)).not.toContain('␛')
  expect(out).toContain('roof')
})

test('on a terminal a state has its colour', async () => {
  const env = await withService()
  for (const line of ['campaign list', 'journey find', 'doctor']) {
    const { out } = await onTerminal(line, { env })
    expect(visible(out), line).toMatch(/␛\[3[1-6]m/)
  }
})

test('--json is JSON and nothing else, for every read', async () => {
  const here = commandLineHere(await withService(), await ownDirectory())
  for (const line of reads) {
    const { out } = await here(`${line} --json`)
    expect(() => JSON.parse(out), line).not.toThrow()
  }
})
