import { expect, test } from 'vitest'
import { autoDialer, handedCampaign, handOverRequest, startHandOver } from '../../support/hand-over-stage.ts'
import { isOver } from '../../support/stage.ts'
import { decide, LIST, pathOf } from './parked-call.ts'
import { createVisitor, textOf } from './visitor.ts'

test('a hand-over of which nobody knows is decided on the pages, which tell of it and of the calls that come', async () => {
  const stage = await startHandOver(
    { ...handedCampaign, dial: { ...handedCampaign.dial, onUnknown: 'park' } },
    {
      leadsail: { autoDialer: { ...autoDialer, firstCallMs: 3_000_000 } },
      faults: [{ match: handOverRequest, kind: 'reset_after', times: 1 }],
    },
  )
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', isOver)
  const key = `handover:${id}`
  const visitor = createVisitor(stage.url)
  const shown = async (path: string) => {
    const { status, html } = await visitor.get(path)
    expect(status).toBe(200)
    expect(textOf(html)).not.toMatch(/\bundefined\b/)
    return textOf(html).replaceAll('&#39;', "'")
  }
  expect(await shown(LIST)).toContain('Hand-over to Ann Lee')
  for (const path of ['/dashboard', '/dashboard/journeys']) await shown(path)
  expect(await shown(pathOf(key, false))).toContain('more often than it should')
  expect(await shown(pathOf(key, true))).toContain('The lead counts as handed over.')

  expect((await decide(visitor, key, true, {})).status).toBe(303)
  expect(await shown(`/dashboard/journeys/${id}`)).toContain("Look whether the vendor's dialer has made call 1")
  expect(await shown(`/dashboard/journeys/${id}/cancel`)).toContain('a lead cannot be taken back from it')
  await stage.journey('lead_1', isOver)
  expect(await shown(`/dashboard/journeys/${id}`)).toContain(
    "Call 1 counts as done: placed by the vendor's own dialer.",
  )
})
