import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'
import { commandLineHere, ownDirectory } from '../cli/command-line.ts'
import { createVisitor, textOf } from '../dashboard/visitor.ts'

const phone = (index: number) => `+1212200000${index}`
const HOUR_MS = 3_600_000

test('a campaign says why its leads were stopped: in the API, in the command line and on its page', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, trigger: {} }] })
  await stage.api('/suppressions', { json: { phone: phone(1) } })
  await stage.api('/suppressions', { json: { phone: phone(2) } })
  const ledger = await openLedger(stage.env, stage.clock)
  const now = stage.clock.now()
  const leads = [1, 2, 3, 4, 5, 6].map(index => ({
    ...{ leadId: `lead_${index}`, phone: phone(index) },
    dueAt: index <= 2 ? now : now + HOUR_MS,
  }))
  await openListJourneys(ledger, 'roof', leads, now)
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_7', phone: '12' })
  await stage.journey('lead_7', isOver)
  expect(await stage.campaign()).toMatchObject({ progress: { total: 7, stopped: 1 }, stops: { invalid_phone: 1 } })

  await stage.api('/campaigns/roof/start', { method: 'POST' })
  await eventually(async () =>
    expect(await stage.campaign()).toMatchObject({
      progress: { scheduled: 4, stopped: 3 },
      stops: { invalid_phone: 1, suppressed: 2 },
    }),
  )
  await stage.api('/campaigns/roof/cancel', { method: 'POST' })
  const cancelled = await eventually(async () => {
    const found = await stage.campaign()
    expect(found).toMatchObject({ progress: { total: 7, stopped: 7 } })
    return found
  })
  expect(cancelled.stops).toEqual({ invalid_phone: 1, suppressed: 2, cancelled: 4 })

  const aftercall = commandLineHere({ AFTERCALL_URL: stage.url }, await ownDirectory())
  const { out } = await aftercall('campaign status roof')
  expect(out).toMatch(/\nStopped, by reason\ncancelled +4\nsuppressed +2\ninvalid_phone +1\n/)
  const { html } = await createVisitor(stage.url).get('/dashboard/campaigns/roof')
  expect(textOf(html)).toContain('Stopped, by reason: cancelled 4, number suppressed 2, no valid number 1.')
})
