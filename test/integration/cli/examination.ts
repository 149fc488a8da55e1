import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, onTestFinished } from 'vitest'
import { createSimulator, type Simulator } from '../../../simulator/simulator.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { examine, type Finding } from '../../../src/doctor/examine.ts'
import { freePort } from '../../support/free-port.ts'
import { plainCampaign } from '../../support/stage.ts'
import { ownDirectory } from './command-line.ts'

const { poll: _, ...slowly } = plainCampaign
const campaign = { ...slowly, dial: { ...plainCampaign.dial, pace: { callsPerSecond: 1, maxLive: 10 } } }

/** An address at which nothing listens. */
async function nobody(): Promise<{ url: string; port: number }> {
  const port = await freePort()
  return { url: `http://127.0.0.1:${port}`, port }
}

/** Settings with which nothing is wrong. */
export async function healthy(control: Parameters<typeof createSimulator>[0] = {}) {
  const simulator = await createSimulator({ seed: 1, ...control })
  onTestFinished(() => simulator.close())
  const dir = await ownDirectory()
  await mkdir(join(dir, 'campaigns'))
  await writeFile(join(dir, 'campaigns', 'roof.yaml'), JSON.stringify(campaign))
  const away = await nobody()
  const env = {
    PORT: String((await nobody()).port),
    AFTERCALL_URL: away.url,
    REDIS_URL: inject('redisUrl'),
    CAMPAIGNS_DIR: join(dir, 'campaigns'),
    DATA_DIR: join(dir, 'data'),
    ...vendorsOf(simulator),
  }
  return { simulator, dir, env, away }
}

const vendorsOf = (simulator: Simulator) => ({
  LEADSAIL_API_KEY: 'leadsail-key',
  LEADSAIL_BASE_URL: simulator.leadsailUrl,
  LEADCONNECTOR_TOKEN: 'pit-key',
  LEADCONNECTOR_LOCATION_ID: 'LOC123456789ABCDEF',
  LEADCONNECTOR_BASE_URL: simulator.leadconnectorUrl,
  NATURALEAD_API_KEY: 'nl_test_key',
  NATURALEAD_BASE_URL: simulator.naturaleadUrl,
  META_ACCESS_TOKEN: 'meta-token',
  META_BASE_URL: simulator.metaUrl,
  TIKTOK_ACCESS_TOKEN: 'tiktok-token',
  TIKTOK_BASE_URL: simulator.tiktokUrl,
})

interface Look {
  env: Record<string, string>
  clock?: ShiftedClock
  nodeVersion?: string
}

/** What the doctor finds, in this process. */
export const look = ({ env, clock = new ShiftedClock(), nodeVersion = '24.1.0' }: Look): Promise<Finding[]> =>
  examine({ env, clock, nodeVersion, serviceUrl: env['AFTERCALL_URL'] ?? '' })

export const badOnes = (findings: readonly Finding[]) => findings.filter(({ state }) => state === 'bad')

/** The one thing that is wrong, with what a person needs to mend it. */
export async function fault(asked: Look): Promise<Extract<Finding, { state: 'bad' }>> {
  const [found, ...more] = badOnes(await look(asked))
  expect(more).toEqual([])
  if (found?.state !== 'bad') throw new Error('nothing is wrong')
  expect(found.why).not.toBe('')
  expect(found.mend).not.toBe('')
  return found
}
