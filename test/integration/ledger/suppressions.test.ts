import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { type Channel, channels } from '../../../src/campaigns/vocabulary.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import type { Person } from '../../../src/ledger/identity.ts'
import type { Ledger } from '../../../src/ledger/index.ts'
import type { SuppressionKind } from '../../../src/ledger/suppression-marks.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { uniquePrefix } from '../../support/prefix.ts'

const open = (clock = new ShiftedClock()) =>
  openLedger({ REDIS_URL: inject('redisUrl'), REDIS_PREFIX: uniquePrefix() }, clock)
const why = { reason: 'for a reason', by: 'somebody' }
const words = { words: 'please stop', ...why }

async function standing(ledger: Ledger, person: Person) {
  const [found, { suppressed }, listed, review] = await Promise.all([
    ledger.suppressions.find(person),
    ledger.people.read(person),
    ledger.suppressions.list({ limit: 10 }),
    ledger.suppressions.list({ limit: 10 }, true),
  ])
  return {
    kinds: [...new Set(found?.entries.map(({ kind }) => kind))].sort(),
    channels: found?.channels ?? [],
    guarded: suppressed,
    isListed: listed.items.some(item => item.person.id === person.id),
    isReviewed: review.items.some(item => item.person.id === person.id),
    waiting: await ledger.suppressions.inferredCount(),
  }
}

/** What must stand after a number of acts, told by simple means. */
class Model {
  readonly marks = new Set<`${SuppressionKind} ${Channel}`>()
  heardAt = 0

  drop(...kinds: SuppressionKind[]): void {
    for (const mark of this.marks) if (kinds.some(kind => mark.startsWith(kind))) this.marks.delete(mark)
  }

  put(kind: SuppressionKind, on: readonly Channel[] = channels): void {
    for (const channel of on) this.marks.add(`${kind} ${channel}`)
  }

  /** Of words of the same time an opt-out is the newest, and the surer one. */
  hear(said: 'stop' | 'stop_inferred' | 'start', at: number): void {
    const order = at * 3 + ['start', 'stop_inferred', 'stop'].indexOf(said)
    if (order <= this.heardAt) return
    this.heardAt = order
    if (said === 'start') this.drop('text', 'inferred')
    if (said === 'stop') {
      this.drop('inferred')
      this.put('text')
    }
    if (said === 'stop_inferred') this.put('inferred')
  }

  get expected() {
    const all = [...this.marks]
    const on = channels.filter(channel => all.some(mark => mark.endsWith(channel)))
    const kinds = [...new Set(all.map(mark => mark.split(' ')[0]))].sort()
    const isReviewed = kinds.length === 1 && kinds[0] === 'inferred'
    const guarded = { channels: on, guarded: on }
    return { kinds, ...guarded, isListed: all.length > 0, isReviewed, waiting: isReviewed ? 1 : 0 }
  }
}

const on = fc.constantFrom<Channel[]>(['voice'], ['sms'], ['voice', 'sms'])
const act = fc.oneof(
  fc.record({
    do: fc.constant('hear' as const),
    said: fc.constantFrom('stop', 'stop_inferred', 'start'),
    at: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ do: fc.constant('add' as const), on }),
  fc.record({ do: fc.constantFrom('remove' as const, 'keep' as const, 'dismiss' as const) }),
)

test('whatever is said in whatever order, what stands is what the newest words and the people leave standing', async () => {
  const ledger = await open()
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async acts => {
      count += 1
      const phone = `+1202555${String(count).padStart(4, '0')}`
      const person = ledger.identity.person(phone)
      const model = new Model()
      const { suppressions } = ledger
      for (const step of acts) {
        if (step.do === 'hear') {
          const said = step.said as 'stop'
          await suppressions.hear(person, phone, { said, at: step.at, ...words })
          model.hear(said, step.at)
        } else if (step.do === 'add') {
          await suppressions.suppress(person, phone, step.on, why)
          model.put('stated', step.on)
        } else if (step.do === 'remove') {
          expect(await suppressions.remove(person)).toBe(model.marks.size > 0)
          model.drop('stated', 'text', 'inferred')
        } else {
          const wasInferred = [...model.marks].some(mark => mark.startsWith('inferred'))
          expect(await suppressions.judge(person, step.do === 'keep')).toBe(wasInferred)
          model.drop('inferred')
          if (wasInferred && step.do === 'keep') model.put('text')
        }
      }
      expect(await standing(ledger, person)).toEqual(model.expected)
      await suppressions.remove(person)
    }),
    { numRuns: 300 },
  )
}, 60_000)

test('many who write at once leave what the newest of them said', async () => {
  const ledger = await open()
  for (let round = 0; round < 20; round += 1) {
    const phone = `+1202555${1_000 + round}`
    const person = ledger.identity.person(phone)
    const said = Array.from(
      { length: 30 },
      (_, at) => ({ said: at % 2 === round % 2 ? 'stop' : 'start', at: 1_000 + at }) as const,
    )
    const shuffled = said.map(word => ({ word, key: Math.sin(word.at * (round + 1)) })).sort((a, b) => a.key - b.key)
    await Promise.all(shuffled.map(({ word }) => ledger.suppressions.hear(person, phone, { ...word, ...why })))
    expect((await ledger.people.read(person)).suppressed).toEqual(said.at(-1)?.said === 'stop' ? ['voice', 'sms'] : [])
  }
})

test.each([
  [['stop', 'start'], ['text']],
  [['start', 'stop'], ['text']],
  [['stop_inferred', 'start'], ['inferred']],
  [['start', 'stop_inferred'], ['inferred']],
  [['stop', 'stop_inferred'], ['text']],
  [['stop_inferred', 'stop'], ['text']],
  [['start', 'stop', 'start'], ['text']],
] as const)('%j at the same time: %j is left standing', async (said, kinds) => {
  const ledger = await open()
  const phone = '+12025550123'
  const person = ledger.identity.person(phone)
  for (const word of said) await ledger.suppressions.hear(person, phone, { said: word, at: 1_000, ...words })
  expect((await standing(ledger, person)).kinds).toEqual(kinds)
  // Strictly newer: it takes all of it back, and the same old words change nothing.
  expect(await ledger.suppressions.hear(person, phone, { said: 'start', at: 1_001, ...words })).toBe('released')
  for (const word of said) {
    expect(await ledger.suppressions.hear(person, phone, { said: word, at: 1_000, ...words })).toBe('old')
  }
  expect(await ledger.suppressions.find(person)).toBeUndefined()
})

test('an opt-out that was taken away is not news when it is heard again', async () => {
  const ledger = await open()
  const phone = '+12025550123'
  const person = ledger.identity.person(phone)
  for (const said of ['stop', 'stop_inferred'] as const) {
    const word = { said, at: said === 'stop' ? 1_000 : 2_000, ...words }
    expect(await ledger.suppressions.hear(person, phone, word)).toBe('added')
    await ledger.suppressions.remove(person)
    expect(await ledger.suppressions.hear(person, phone, word)).toBe('old')
  }
  expect(await ledger.suppressions.find(person)).toBeUndefined()
})

test('the first reason stands, a clock ahead of ours makes no word the last one, and words are kept for review alone', async () => {
  const clock = new ShiftedClock()
  const ledger = await open(clock)
  const phone = '+12025550123'
  const person = ledger.identity.person(phone)
  const { suppressions } = ledger
  expect(await suppressions.suppress(person, phone, ['sms'], { reason: 'first', by: 'ann' })).toBe('added')
  expect(await suppressions.suppress(person, phone, ['sms'], { reason: 'second', by: 'bob' })).toBe('standing')
  expect(await suppressions.find(person)).toMatchObject({
    phone,
    channels: ['sms'],
    entries: [{ reason: 'first', by: 'ann' }],
  })
  await suppressions.remove(person)

  await suppressions.hear(person, phone, { said: 'stop', at: clock.now() + 86_400_000, ...why })
  clock.advance(1_000)
  expect(await suppressions.hear(person, phone, { said: 'start', at: clock.now(), ...why })).toBe('released')
  expect(await suppressions.find(person)).toBeUndefined()

  clock.advance(1_000)
  await suppressions.hear(person, phone, { said: 'stop_inferred', at: clock.now(), words: 'x'.repeat(10_000), ...why })
  expect((await suppressions.find(person))?.entries[0]?.words).toHaveLength(500)
  await suppressions.judge(person, true)
  expect((await suppressions.find(person))?.entries).toMatchObject([{ kind: 'text' }])
  expect((await suppressions.find(person))?.entries[0]?.words).toBeUndefined()
})

test('a person who is erased is known by the keyed hash alone, and stays suppressed', async () => {
  const ledger = await open()
  const phone = '+12025550123'
  const person = ledger.identity.person(phone)
  await ledger.suppressions.suppress(person, phone, ['voice'], why)
  await ledger.suppressions.hear(person, phone, { said: 'stop_inferred', at: 1, ...words })
  await ledger.suppressions.forget(person)
  const found = await ledger.suppressions.find(person)
  expect(found?.phone).toBeUndefined()
  expect(JSON.stringify(found)).not.toContain('please stop')
  expect((await ledger.people.read(person)).suppressed).toEqual(['voice', 'sms'])
  expect((await ledger.suppressions.list({ limit: 10 })).items).toHaveLength(1)
  expect(await ledger.suppressions.remove(ledger.identity.person(phone))).toBe(true)
})
