import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { loadCampaigns } from '../../../src/campaigns/load.ts'
import { loadConfig } from '../../../src/config.ts'
import { commandLine, commandLineHere, ownDirectory } from './command-line.ts'

const envOf = async (dir: string) => parseEnv(await readFile(join(dir, '.env'), 'utf8'))
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('a first .env and a first campaign: both are right, and only their owner reads the keys', async () => {
  const dir = await ownDirectory()
  const { code, out, err } = await commandLine({}, dir)('init')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(await modeOf(join(dir, '.env'))).toBe(0o600)

  const env = await envOf(dir)
  const config = loadConfig(env)
  const [admin] = config.http.adminKeys
  expect(config.http.adminKeys).toEqual([{ name: 'admin', role: 'admin', key: admin?.key }])
  expect(admin?.key).toMatch(/^[\w-]{32}$/)
  expect(env['AFTERCALL_API_KEY']).toBe(admin?.key)
  expect(config.dataKeys.map(key => key.length)).toEqual([32])
  expect(config.standard.secrets.map(secret => secret.length)).toEqual([32])
  expect(config.leadsail.webhookSecrets[0]).toMatch(/^[0-9a-f]{64}$/)

  const { campaigns, faults } = await loadCampaigns(join(dir, 'campaigns'))
  expect(faults).toEqual([])
  expect(campaigns.map(({ id, test: isTest }) => ({ id, isTest }))).toEqual([{ id: 'first-campaign', isTest: true }])
  expect(await commandLine({}, dir)('campaign validate')).toEqual({
    ...{ code: 0, err: '' },
    out: '1 campaign is right: first-campaign\n',
  })

  expect(out.split(String(admin?.key))).toHaveLength(2)
  for (const name of ['DATA_KEY', 'WEBHOOK_SECRET', 'LEADSAIL_WEBHOOK_SECRET']) expect(out).not.toContain(env[name])
  expect(out).toMatch(/Next:\n {2}1\. .*\n {2}2\. aftercall doctor .*\n {2}3\. npm start .*\n$/)
})

test('what is there is not written over, and with --force goes on beside what is new', async () => {
  const dir = await ownDirectory()
  const aftercall = commandLineHere({}, dir)
  await writeFile(join(dir, '.env'), 'DATA_KEY=mine\n')
  const refused = await aftercall('init')
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.err).toContain(`${join(dir, '.env')} is there already\n--force keeps what is there`)
  expect(await readdir(dir)).toEqual(['.env'])
  expect(await envOf(dir)).toEqual({ DATA_KEY: 'mine' })

  expect((await aftercall('init --force')).out).toContain(`What was there is ${join(dir, '.env')}.1.old now.`)
  expect((await aftercall('init')).err).toContain('are there already')
  expect((await aftercall('init --force')).code).toBe(0)
  expect((await readdir(dir)).toSorted()).toEqual(['.env', '.env.1.old', '.env.2.old', 'campaigns'])
  expect(await readFile(join(dir, '.env.1.old'), 'utf8')).toBe('DATA_KEY=mine\n')
  expect(await modeOf(join(dir, '.env.2.old'))).toBe(0o600)
  expect((await loadCampaigns(join(dir, 'campaigns'))).campaigns).toHaveLength(1)
})

test('every installation has keys of its own', async () => {
  const made = await Promise.all(
    [1, 2].map(async () => {
      const dir = await ownDirectory()
      const { out } = await commandLineHere({}, dir)('init --json')
      const { adminKey } = JSON.parse(out) as { adminKey: string }
      const env = await envOf(dir)
      expect(env['ADMIN_API_KEYS']).toBe(`admin:admin:${adminKey}`)
      return [adminKey, env['DATA_KEY'], env['WEBHOOK_SECRET'], env['LEADSAIL_WEBHOOK_SECRET']]
    }),
  )
  expect(new Set(made.flat()).size).toBe(8)
})

test('a folder that cannot be written is said so', async () => {
  const dir = await ownDirectory()
  await writeFile(join(dir, 'file'), '')
  const { code, err } = await commandLineHere({ CAMPAIGNS_DIR: join(dir, 'file', 'campaigns') }, dir)('init')
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/first-campaign\.yaml cannot be written: E\w+\n/),
  })
})
