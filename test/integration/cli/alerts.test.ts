import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { startStage } from '../../support/stage.ts'
import { ADMIN_API_KEYS, KEYS } from '../dashboard/visitor.ts'
import { commandLineHere, ownDirectory, settled } from './command-line.ts'

test('what somebody should act on is listed with what to do, and nothing where all is well', async () => {
  const stage = await startStage({
    control: { scripts: { '*': [{ status: 'odd_status', lengthMs: 10 }] } },
    env: { ADMIN_API_KEYS },
    overrides: { alertsEveryMs: 100 },
  })
  const aftercall = commandLineHere({ AFTERCALL_URL: stage.url, AFTERCALL_API_KEY: KEYS.viewer }, await ownDirectory())
  expect(await aftercall('alerts')).toEqual({ code: 0, out: '', err: 'Nothing is wrong.\n' })

  const bearer = { headers: { authorization: `Bearer ${KEYS.viewer}` } }
  await stage.lead('lead_1', { phone: '+12025550123' })
  const alerts = () => stage.api<{ alerts: { name: string }[] }>('/alerts', bearer)
  await eventually(async () => expect((await alerts()).body.alerts).toHaveLength(2))
  const listed = await aftercall('alerts')
  expect(listed.code).toBe(0)
  expect(settled(listed.out)).toMatchInlineSnapshot(`
    "SINCE                ALERT             ABOUT  WHAT
    <time>  unmapped_outcome  roof   1 call of campaign roof ended with a status that has no outcome
    <time>  parked            -      1 effect waits for a person
    "
  `)
  expect(listed.err).toMatchInlineSnapshot(`
    "unmapped_outcome roof: Say what the status means under \`outcomes\` in the campaign's file, and decide on the calls that are parked (/dashboard/parked)
    parked: Say of each whether it happened (/dashboard/parked)
    "
  `)
  expect(JSON.parse((await aftercall('alerts --json')).out)).toEqual((await alerts()).body)
  expect(JSON.parse((await aftercall('alerts --limit 1 --json')).out).alerts).toHaveLength(1)
})
