import { expect, test } from 'vitest'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'
import { commandLineHere, onTerminal, ownDirectory, settled } from './command-line.ts'

async function withLead(env: Record<string, string> = {}) {
  const stage = await startStage({
    campaigns: [plainCampaign],
    env,
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_zeb', { phone: '+12025550123', firstName: 'Zebulon' })
  return { stage, env: { AFTERCALL_URL: stage.url }, dir: await ownDirectory() }
}

test('a lead is erased, and its journeys say so', async () => {
  const { stage, env, dir } = await withLead()
  const { id } = await stage.journey('lead_zeb', isOver)
  const aftercall = commandLineHere(env, dir)
  const erased = await aftercall('erase lead_zeb')
  expect(erased).toMatchObject({ code: 0, err: 'Backups and what the vendors keep are not touched by this.\n' })
  expect(erased.out).toMatch(
    /^lead_zeb is erased from 1 journey and 1 event; what is left goes by erased_[0-9a-f]{20}\n$/,
  )
  const story = settled((await aftercall(`journey show ${id}`)).out)
  expect(story).toContain('lead      erased <time>')
  expect(story).toContain('The lead was erased: what is left names nobody.')
  expect(JSON.parse((await aftercall('erase lead_zeb --json')).out)).toMatchObject({ status: 'erased', journeys: 0 })
})

test('somebody at a terminal is asked, is told what stays, and may say no', async () => {
  const { stage, env } = await withLead()
  await stage.journey('lead_zeb', isOver)
  const asked = await onTerminal('erase lead_zeb', { env, keys: 'n\n' })
  expect(asked.code).toBe(1)
  expect(asked.err).toContain('Erase lead_zeb (1 journey)? This cannot be undone.')
  expect(asked.err).toContain('What stays, as keyed hashes')
  expect((await stage.journey('lead_zeb', isOver)).erasedAt).toBeUndefined()
  expect((await onTerminal('erase lead_zeb --yes', { env })).code).toBe(0)
  await stage.journey('lead_zeb', journey => journey.erasedAt)
})

test('a key that may not is refused, with what it takes', async () => {
  const operator = 'operator-key-1234567890'
  const { env, dir } = await withLead({ ADMIN_API_KEYS: `otto:operator:${operator}` })
  const refused = await commandLineHere({ ...env, AFTERCALL_API_KEY: operator }, dir)('erase lead_zeb')
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain('set AFTERCALL_API_KEY to a key with the role admin')
})
