import { expect, test } from 'vitest'
import {
  act,
  createdLeads,
  creation,
  importNew,
  listCampaign,
  onlyJourney,
  people,
  startListStage,
} from '../../support/new-leads.ts'
import { isOver } from '../../support/stage.ts'
import { decide, LIST, parking, pathOf } from './parked-call.ts'
import { createVisitor, textOf } from './visitor.ts'

test('a lead of which nobody knows whether it was created is decided by its id, and every page copes without one', async () => {
  const { dial, reconcile } = parking
  const stage = await startListStage(
    { ...listCampaign, dial, reconcile },
    { control: { lists: { lagMs: 3_600_000 }, faults: [{ match: creation, kind: 'reset_after', times: 1 }] } },
  )
  await importNew(stage, people(1))
  await act(stage, 'start')
  const { id } = await onlyJourney(stage, isOver)
  const key = `lead:${id}`
  const visitor = createVisitor(stage.url)
  const { html } = await visitor.get(LIST)
  for (const known of ['Creation of the lead Ann0 Lee', 'Requested once,', 'POST /leads: ECONNRESET.']) {
    expect(textOf(html)).toContain(known)
  }
  for (const page of ['/dashboard', '/dashboard/journeys', `/dashboard/journeys/${id}`]) {
    const { status, html: shown } = await visitor.get(page)
    expect(status).toBe(200)
    expect(textOf(shown)).not.toMatch(/\bundefined\b|to\s*$|of\s*$/m)
  }
  expect(textOf((await visitor.get(`/dashboard/journeys/${id}`)).html)).toContain(
    'None: the vendor does not know the lead yet',
  )

  expect(textOf((await visitor.get(pathOf(key, false))).html)).toContain('the vendor has it twice.')
  const question = textOf((await visitor.get(pathOf(key, true))).html)
  expect(question).toContain('Creation of the lead happened?')
  expect(question).not.toContain('Interaction id')
  for (const [leadId, fault] of [
    ['', 'Write the id that the vendor has given the lead.'],
    ['two words', 'no spaces'],
  ] as const) {
    const refused = await decide(visitor, key, true, { leadId })
    expect(refused.status).toBe(422)
    expect(textOf(refused.html)).toContain(fault)
  }
  const [created] = createdLeads(stage.simulator)
  const answer = await decide(visitor, key, true, { leadId: ` ${created?.leadId} ` })
  expect(answer.status).toBe(303)
  const done = textOf((await visitor.get(answer.headers.get('location') ?? '')).html)
  expect(done).toContain('decided that creation of the lead happened.')
  expect(await stage.journey(created?.leadId ?? '', isOver)).toMatchObject({ id, state: 'done' })
  expect(stage.simulator.truth().calls).toHaveLength(1)
  const audit = textOf((await visitor.get('/dashboard/audit')).html)
  expect(audit).toContain(`Decided that it happened Creation of the lead ${key}`)
})
