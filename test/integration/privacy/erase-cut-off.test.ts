import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { loadConfig } from '../../../src/config.ts'
import { type Erased, eraseLead } from '../../../src/intake/erase-lead.ts'
import type { ReportRow } from '../../../src/intake/import/import-row.ts'
import { loadIdentity } from '../../../src/ledger/identity.ts'
import { createImportReports } from '../../../src/ledger/import-reports.ts'
import { createLedger, type Ledger } from '../../../src/ledger/index.ts'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { createSeal } from '../../../src/seal.ts'
import { expectNowhere } from '../../support/plain-scan.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const followed = {
  ...plainCampaign,
  followUps: [
    { id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hi {{ lead.firstName }}', window: '00:00-24:00' } },
  ],
}

/** What a process does that is killed at its nth await: nothing any more. */
class Killed extends Error {}

/** The ledger of a process that dies at its nth call; `calls` counts them. */
function mortal(ledger: Ledger, dieAt: number): { ledger: Ledger; calls: () => number } {
  let calls = 0
  const wrap = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          calls += 1
          if (calls >= dieAt) throw new Killed()
          return value.apply(target, args)
        }
      },
    })
  const plain = new Set(['identity', 'seal'])
  const entries = Object.entries(ledger).map(([name, part]) => [name, plain.has(name) ? part : wrap(part)])
  return { ledger: Object.fromEntries(entries), calls: () => calls }
}

async function openOwnLedger(stage: Stage) {
  const config = loadConfig(stage.env)
  const client = producerConnection({ kind: 'url', url: config.redis.url ?? '' })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const keys = createKeys(config.redis.prefix)
  const seal = createSeal(config.dataKeys)
  const identity = await loadIdentity(client, keys, seal, config.redis.shards)
  const ledger = createLedger({ client, clock: systemClock, keys, seal, identity })
  const reports = createImportReports<ReportRow>({ client, clock: systemClock, keys, seal })
  return { ledger, reports, defaultCountry: 'US' }
}

test('whoever dies anywhere in it leaves the next one the same work, and it ends with nothing left', async () => {
  const stage = await startStage({
    campaigns: [followed],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10, summary: 'Zebulon wants a quote' }] } },
  })
  const leads = Array.from({ length: 40 }, (_, at) => ({ leadId: `zeb_${at}x`, phone: `+1202555${String(4000 + at)}` }))
  for (const { leadId, phone } of leads) {
    await stage.lead(leadId, { firstName: 'Zebulon', lastName: 'Quickfoot', email: `${leadId}@example.com`, phone })
  }
  for (const { leadId, phone } of leads) {
    await stage.journey(leadId, isOver)
    await stage.send('text.received', { phone, text: 'Zebulon here: leave me alone' })
  }
  const parts = await openOwnLedger(stage)
  // Nobody else erases: the wishes are put to the side of every scheduler.
  await stage.app[Symbol.asyncDispose]()

  let deaths = 0
  let most = 0
  for (const [at, { leadId }] of leads.entries()) {
    const { id } = await parts.ledger.erasures.ask(leadId, 'test')
    const erase = async (dieAt: number): Promise<Erased> => {
      const erasing = await parts.ledger.erasures.open(id)
      if (erasing === undefined) throw new Error('the wish is gone')
      const own = mortal(parts.ledger, dieAt)
      try {
        return await eraseLead({ ...parts, ledger: own.ledger }, erasing)
      } finally {
        most = Math.max(most, own.calls())
      }
    }
    const first = await erase(at + 1).catch(error => error)
    if (first instanceof Killed) deaths += 1
    await erase(Number.POSITIVE_INFINITY)
    expect(await erase(Number.POSITIVE_INFINITY)).toEqual({ journeys: 0, events: 0 })
    const erasing = await parts.ledger.erasures.open(id)
    if (erasing !== undefined) await parts.ledger.erasures.done(erasing)
  }
  // Later than at its last await nobody can die: the runs behind that came through.
  expect(deaths).toBeGreaterThan(20)
  expect(deaths).toBeLessThan(leads.length)
  await expectNowhere(stage.env, [
    'Zebulon',
    'Quickfoot',
    '@example.com',
    ...leads.flatMap(({ leadId, phone }) => [leadId, phone]),
  ])
  console.log(`erase: ${deaths} deaths over ${most} calls of the ledger, nothing left of ${leads.length} leads`)
})
