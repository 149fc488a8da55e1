import { expect, test } from 'vitest'
import type { Preflight } from '../../../src/desk/preflight.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

/** A zone in which it is about this hour now. */
function zoneAt(hour: number): string {
  const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12
  // These names count the other way round.
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`
}

const localHour = (at: string | undefined, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date(at ?? ''))

const dial = { ...plainCampaign.dial, maxPer24h: 10, maxAttempts: 10, retry: { no_answer: Array(5).fill('PT1M') } }
const ask = (leadId: string, phone: string, timezone: string) => ({ campaign: 'roof', leadId, phone, timezone })

test('late in the evening a number of a state with earlier hours waits for the morning, another is called', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, dial: { ...dial, stateRules: 'us' } }],
    control: { scripts: { '*': [{ status: 'completed' }] } },
  })
  const timezone = zoneAt(21)
  await stage.send('call.requested', ask('lead_1', '+13055550123', timezone))
  await stage.send('call.requested', ask('lead_2', '+12125550123', timezone))
  await stage.journey('lead_2', isOver)
  const waiting = await stage.journey('lead_1', ({ steps }) => steps[0]?.why === 'window')
  expect(localHour(waiting.nextAt, timezone)).toBe('08:00')
  expect(stage.simulator.truth().calls.map(({ leadId }) => leadId)).toEqual(['lead_2'])
  stage.clock.advance(12 * 3_600_000)
  await stage.journey('lead_1', isOver)
})

test('the cap of a state holds although the campaign allows more; without stateRules it does not', async () => {
  for (const [stateRules, calls] of [
    ['us', 3],
    ['none', 6],
  ] as const) {
    const stage = await startStage({
      campaigns: [{ ...plainCampaign, dial: { ...dial, stateRules } }],
      control: { scripts: { '*': [{ status: 'no_answer' }] } },
    })
    await stage.send('call.requested', ask('lead_1', '+13055550123', zoneAt(12)))
    await stage.journey('lead_1', ({ state, steps }) => {
      stage.clock.advance(20_000)
      return state === 'done' || steps[0]?.why === 'budget'
    })
    expect(stage.simulator.truth().calls).toHaveLength(calls)
  }
})

test.each(['us', 'none'] as const)(
  'the preflight goes by the rules of the states as the dialing does: %s',
  async stateRules => {
    const timezone = zoneAt(21)
    const stage = await startStage({
      campaigns: [{ ...plainCampaign, trigger: {}, dial: { ...plainCampaign.dial, stateRules } }],
      control: { scripts: { '*': [{ status: 'completed' }] } },
    })
    const rows = [
      'leadId,phone,timezone',
      ...Array.from({ length: 5 }, (_, index) => `fl_${index},+1305555010${index},${timezone}`),
      ...Array.from({ length: 3 }, (_, index) => `ny_${index},+1212555010${index},${timezone}`),
    ]
    await stage.api('/campaigns/roof/leads', {
      method: 'POST',
      body: rows.join('\n'),
      headers: { 'content-type': 'text/csv' },
    })
    const { body } = await stage.api<Preflight>('/campaigns/roof/preflight')
    const { dialableNow, laterByHour } = body
    await stage.api('/campaigns/roof/start', { method: 'POST' })
    for (let index = 0; index < 3; index += 1) await stage.journey(`ny_${index}`, isOver)
    if (stateRules === 'none') {
      expect(dialableNow).toBe(8)
      return
    }
    expect(dialableNow).toBe(3)
    expect(laterByHour.map(({ count }) => count)).toEqual([5])
    expect(localHour(laterByHour[0]?.hour, timezone)).toBe('08:00')
    const waiting = await stage.journey('fl_0', ({ steps }) => steps[0]?.why === 'window')
    expect(waiting.nextAt?.slice(0, 13)).toBe(laterByHour[0]?.hour.slice(0, 13))
  },
)
