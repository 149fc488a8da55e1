import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideAfterCall } from './after-call.ts'
import { loadCampaign } from './load.ts'
import { type Outcome, outcomes } from './vocabulary.ts'

const at = Date.UTC(2026, 11, 1, 9)

function campaign(fields: Record<string, unknown>) {
  const when = { lastAttempt: true }
  const followUps = [
    { id: 'last', when, sms: { text: 'x' } },
    { id: 'any', sms: { text: 'y' } },
  ]
  const file = { id: 'c', name: 'C', provider: 'leadsail', account: { campaignId: 'HXZ' }, followUps, ...fields }
  const loaded = loadCampaign(JSON.stringify(file), 'c.yaml')
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults))
  return loaded.campaign
}
const dial = { maxAttempts: 4, retry: { no_answer: ['PT1H'], voicemail: ['PT1H'] } }
const handed = campaign({ mode: 'handover', dial, poll: { walk: 'PT45S' } })

const decide = (ended: readonly [...Outcome[], Outcome], status = 'x', stopped = false) =>
  decideAfterCall(handed, { outcomes: ended, status, endedAt: at, journeyStartedAt: at - 1, stopped })
const ids = ({ followUps }: ReturnType<typeof decide>) => followUps.map(({ id }) => id)

describe('after a call of the vendor’s own dialer', () => {
  test.each(['no_answer', 'busy', 'voicemail', 'failed'] as const)('%s: its next call is awaited', outcome => {
    const found = decide([outcome])
    expect(found).toMatchObject({ walkAt: at + 45_000 })
    expect(ids(found)).toEqual(['any'])
  })

  test('its word that the attempts are spent, and the campaign’s own limit, make a call the last one', () => {
    for (const last of [decide(['no_answer'], 'no_contact'), decide(['no_answer', 'busy', 'busy', 'voicemail'])]) {
      expect(last).not.toHaveProperty('walkAt')
      expect(ids(last)).toEqual(['last', 'any'])
    }
    expect(decide(['no_answer', 'busy', 'busy'])).toHaveProperty('walkAt')
  })

  test('no dial of ours ever follows, and a walk only where that dialer calls again', () => {
    const outcome = fc.constantFrom(...outcomes)
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 5 }), outcome, fc.boolean(), (past, last, stopped) => {
        const found = decide([...past, last], 'x', stopped)
        expect(found).not.toHaveProperty('dialAt')
        expect(found).not.toHaveProperty('stop')
        const isRetried = ['no_answer', 'busy', 'voicemail', 'failed'].includes(last)
        expect('walkAt' in found).toBe(isRetried && past.length < 3 && !stopped)
        expect(found.suppress).toEqual(last === 'opted_out' ? ['voice', 'sms'] : [])
      }),
    )
  })
})

test('where we dial no walk follows', () => {
  const ours = decideAfterCall(campaign({ dial }), {
    ...{ outcomes: ['no_answer'], status: 'no_answer', endedAt: at, journeyStartedAt: at - 1, stopped: false },
  })
  expect(ours).toMatchObject({ dialAt: at + 3_600_000 })
  expect(ours).not.toHaveProperty('walkAt')
})
