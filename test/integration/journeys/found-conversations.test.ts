import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'

const campaign = {
  ...plainCampaign,
  id: 'chats',
  provider: 'naturalead',
  account: { channel: 'whatsapp' },
  trigger: { events: ['conversation.found'] },
  poll: { ...plainCampaign.poll, walk: 'PT0.2S' },
  followUps: [
    {
      id: 'conversion',
      when: { outcome: ['qualified'] },
      pixel: { via: 'meta', pixelId: '42', event: 'Lead', actionSource: 'chat' },
    },
  ],
}

test('conversations that began elsewhere are found, followed to their end and followed up once; older ones start nothing', async () => {
  const stage = await startStage({
    campaigns: [campaign],
    control: {
      leads: [1, 2, 3, 4].map(index => ({ leadId: String(index), phone: `+1202555010${index}` })),
    },
  })
  stage.simulator.control({
    foreignConversations: [
      { leadId: '1', status: 'qualified', lengthMs: 600 },
      { leadId: '2', status: 'dropped', lengthMs: 50 },
      { leadId: '3', status: 'qualified', lengthMs: 0, createdAgoMs: 3_600_000 },
      { leadId: '4', channel: 'telegram', status: 'qualified', lengthMs: 0 },
    ],
  })
  await eventually(async () =>
    expect(await stage.campaign('chats')).toMatchObject({
      progress: { total: 2, done: 2 },
      outcomes: { qualified: 1, incomplete: 1 },
    }),
  )
  const walked = () =>
    stage.lines.filter(({ job, result }) => job === 'find-interactions' && result === 'walked').length
  const before = walked()
  await eventually(() => expect(walked()).toBeGreaterThan(before + 2))
  expect((await stage.campaign('chats')).progress.total).toBe(2)
  expect(stage.simulator.truth().conversions.events).toHaveLength(1)
  const ledger = await openLedger(stage.env, stage.clock)
  expect(await ledger.leads.journeysOf('3')).toEqual([])
  expect(await ledger.leads.journeysOf('4')).toEqual([])
})
