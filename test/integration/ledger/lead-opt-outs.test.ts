import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { type Channel, channels } from '../../../src/campaigns/vocabulary.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { carryOptOuts } from '../../../src/intake/carry-opt-outs.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { uniquePrefix } from '../../support/prefix.ts'

const open = (clock = new ShiftedClock()) =>
  openLedger({ REDIS_URL: inject('redisUrl'), REDIS_PREFIX: uniquePrefix() }, clock)
const why = { reason: 'for a reason', by: 'somebody' }
const words = { words: 'please stop', ...why }

const on = fc.constantFrom<Channel[]>(['voice'], ['sms'], ['voice', 'sms'])
const word = fc.record({
  said: fc.constantFrom('stop' as const, 'stop_inferred' as const, 'start' as const),
  at: fc.integer({ min: 1, max: 6 }),
})
const act = fc.oneof(
  word.map(said => ({ do: 'hear' as const, ...said })),
  fc.record({ do: fc.constant('state' as const), on }),
)

test('a number that comes late is given what it would have got if it had been known', async () => {
  const ledger = await open()
  const { suppressions, leadOptOuts, identity } = ledger
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 8 }), async acts => {
      count += 1
      const leadId = `lead_${count}`
      const early = `+1202555${String(count).padStart(4, '0')}`
      const late = `+1305555${String(count).padStart(4, '0')}`
      for (const step of acts) {
        if (step.do === 'state') {
          await leadOptOuts.state(leadId, step.on, why)
          await suppressions.suppress(identity.person(early), early, step.on, why)
        } else {
          const heard = { said: step.said, at: step.at, ...words }
          const results = [
            await leadOptOuts.hear(leadId, heard),
            await suppressions.hear(identity.person(early), early, heard),
          ]
          expect(results[0]).toBe(results[1])
        }
      }
      await carryOptOuts({ ledger }, leadId, late)
      const told = async (phone: string) => {
        const found = await suppressions.find(identity.person(phone))
        const kinds = new Set(found?.entries.map(({ kind }) => kind))
        return { channels: found?.channels, kinds: [...kinds].sort() }
      }
      expect(await told(late)).toEqual(await told(early))
      // Once: what is taken away does not come back with the next journey, and what is said anew does.
      await suppressions.remove(identity.person(late))
      await carryOptOuts({ ledger }, leadId, late)
      expect(await suppressions.find(identity.person(late))).toBeUndefined()
      await leadOptOuts.state(leadId, ['sms'], why)
      await carryOptOuts({ ledger }, leadId, late)
      expect((await suppressions.find(identity.person(late)))?.channels).toEqual(['sms'])
    }),
    { numRuns: 200 },
  )
}, 60_000)

test('a number that wrote START since is not suppressed for what its lead wrote before', async () => {
  const ledger = await open()
  const phone = '+12025550123'
  const person = ledger.identity.person(phone)
  await ledger.leadOptOuts.hear('lead_1', { said: 'stop', at: 1_000, ...why })
  await ledger.suppressions.hear(person, phone, { said: 'start', at: 2_000, ...why })
  await carryOptOuts({ ledger }, 'lead_1', phone)
  expect(await ledger.suppressions.find(person)).toBeUndefined()
})

test('many who open journeys at once give each number once, and a clock ahead of ours makes no word the last one', async () => {
  const clock = new ShiftedClock()
  const ledger = await open(clock)
  const phone = '+12025550123'
  await ledger.leadOptOuts.hear('lead_1', { said: 'stop', at: clock.now() + 86_400_000, ...why })
  await Promise.all(Array.from({ length: 20 }, () => carryOptOuts({ ledger }, 'lead_1', phone)))
  expect((await ledger.suppressions.find(ledger.identity.person(phone)))?.entries).toHaveLength(1)
  expect(await ledger.leadOptOuts.givenTo('lead_1')).toEqual([ledger.identity.person(phone)])
  clock.advance(1_000)
  expect(await ledger.leadOptOuts.hear('lead_1', { said: 'start', at: clock.now(), ...why })).toBe('released')
})

test('a lead who is erased stays opted out, without the words', async () => {
  const ledger = await open()
  const person = ledger.identity.person('+12025550123')
  await ledger.leadOptOuts.hear('lead_1', { said: 'stop_inferred', at: 1_000, words: 'x'.repeat(10_000), ...why })
  expect((await ledger.leadOptOuts.owedTo('lead_1', person))?.marks[0]?.words).toHaveLength(500)
  await ledger.leadOptOuts.forget('lead_1')
  expect(await ledger.leadOptOuts.owedTo('lead_1', person)).toEqual({
    upTo: 1,
    marks: [{ kind: 'inferred', channels, at: 1_000, ...why }],
  })
})
