import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openLedger } from '../support/ledger-reader.ts'
import { type ServiceProcess, spawnService } from '../support/service-process.ts'
import { createWorld, insist } from '../support/world.ts'

const messages = ({ lines }: ServiceProcess) => new Set(lines.map(({ msg }) => msg))

test('web, worker and scheduler apart on one Redis: each does its part and nothing else, together they carry a lead', async () => {
  await using world = await createWorld({ control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } } })
  const { env, simulator } = world
  const web = spawnService({ ...env, ROLES: 'web' })
  await web.line('app.started')

  // Alone it takes what comes and is ready: whether jobs are done is asked where they are done.
  const ready = await fetch(`${web.url}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', why: [] }])
  await insist(() => web.url, world.lead('lead_1', { phone: '+12025550123' }))
  using ledger = await openLedger(env)
  expect(await ledger.left()).toBe(1)

  // A worker alone handles the event, and leaves the dial to a scheduler.
  const worker = spawnService({ ...env, ROLES: 'worker' })
  await worker.line('app.started')
  await eventually(async () => expect(await ledger.progress()).toMatchObject({ states: { scheduled: 1 } }))
  expect(messages(worker)).not.toContain('http.listening')
  expect(simulator.truth().calls).toEqual([])

  const scheduler = spawnService({ ...env, ROLES: 'scheduler' })
  await scheduler.line('app.started')
  await eventually(async () => expect(await ledger.progress()).toMatchObject({ states: { done: 1 } }))
  expect(simulator.truth().calls).toHaveLength(1)
  expect(messages(scheduler)).not.toContain('http.listening')
  expect([web, scheduler].flatMap(({ lines }) => lines.filter(({ msg }) => msg === 'job.settled'))).toEqual([])
  await eventually(() => {
    const jobs = worker.lines.filter(({ msg }) => msg === 'job.settled').map(({ job }) => job)
    expect(jobs).toEqual(expect.arrayContaining(['receive-event', 'place-call', 'poll-interaction']))
  })

  for (const service of [scheduler, worker, web]) {
    service.kill('SIGTERM')
    expect(await service.ended).toEqual({ code: 0, signal: null })
  }
}, 60_000)
