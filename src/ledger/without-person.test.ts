import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RejectedError } from '../errors.ts'
import { errorWithoutPerson, type KnownPerson, withoutPerson } from './without-person.ts'

const ann: KnownPerson = { firstName: 'Ann', lastName: 'Lee', email: 'ann.lee@example.com', phone: '+12025550163' }

test.each<[person: KnownPerson, text: string, bare: string]>([
  [ann, 'Ann Lee [email] [number] is bad', '[private] [email] [number] is bad'],
  [ann, 'lead ann lee is bad', 'lead [private] is bad'],
  [ann, 'LEE, Ann: no consent', '[private]: no consent'],
  [ann, "Ann's number is bad, says Lee.", "[private]'s number is bad, says [private]."],
  [ann, 'annlee@ is no address; ann_lee neither', '[private]@ is no address; [private] neither'],
  [ann, 'to +1 is 12025550163, or 2025550163', 'to +1 is [private], or [private]'],
  [ann, '{"name":"Ann\\nLee"} name=Ann%20Lee&x=Ann+Lee', '{"name":"[private]\\n[private]"} name=[private]&x=[private]'],
  [ann, 'the annual plan of Leeds has planned it', 'the annual plan of Leeds has planned it'],
  [{ firstName: 'Anna Maria', lastName: 'Lee-Smith' }, 'Maria Smith is bad', '[private] is bad'],
  [
    { firstName: 'Anna Maria', lastName: 'Lee-Smith' },
    'anna is bad, and so is Lee',
    '[private] is bad, and so is [private]',
  ],
  [{ firstName: 'Jo', lastName: 'Li' }, 'Li, jo', '[private]'],
  [{ firstName: 'J', lastName: 'O’Hara' }, "J O'Hara is bad", "J O'[private] is bad"],
  [{ firstName: 'Jörg', lastName: 'Müller' }, 'JÖRG MÜLLER is bad', '[private] is bad'],
  [{ firstName: 'Jörg', lastName: 'Müller' }, 'Joerg Mueller is bad', '[private] is bad'],
  [{ firstName: 'Jörg', lastName: 'Müller' }, 'jorg muller is bad', '[private] is bad'],
  [{ firstName: 'Jörg', lastName: 'Müller' }, 'Jo\u0308rg Mu\u0308ller is bad', '[private] is bad'],
  [{ firstName: 'Joerg', lastName: 'Mueller' }, 'Jörg Müller is bad', '[private] is bad'],
  [{ firstName: 'Jörg', lastName: 'Müller' }, '/J%C3%B6rg/M\\u00fcller', '/[private]/[private]'],
  [{ lastName: 'Weiß' }, 'Weiss, WEISS and weiß', '[private] and [private]'],
  [{ firstName: 'José', lastName: 'Núñez' }, 'Jose NUNEZ is bad', '[private] is bad'],
  [{ firstName: '小明', lastName: '王' }, '客户王小明无效', '客户[private]无效'],
  [{ fields: { spouseName: 'Bob Roy', city: 'Troy' } }, 'Bob of Troy is bad', '[private] of Troy is bad'],
  [{ extracted: { 1: { full_name: 'Cy Poe' } } }, 'poe is bad', '[private] is bad'],
  [{ firstName: '', lastName: ' ', fields: {} }, 'nobody is bad', 'nobody is bad'],
  [
    { firstName: 'Send', lastName: 'Sms' },
    'POST /sms/send answered 400: SMS_FAILED: Send is bad',
    'POST /sms/send answered 400: SMS_FAILED: [private] is bad'.replace('SMS_FAILED', '[private]_FAILED'),
  ],
  [{ firstName: '(.*', lastName: '[a' }, 'a (.* [a is bad', 'a [private] is bad'],
])('of %j, %s', (person, text, bare) => {
  expect(withoutPerson(text, person)).toBe(bare)
})

test('a name that the end of a long text has cut off goes as well', () => {
  const text = `${'x '.repeat(300)}is Annab`
  expect(withoutPerson(text, { firstName: 'Annabelle' })).toBe(`${'x '.repeat(300)}is [private]`)
  expect(withoutPerson('is Annab', { firstName: 'Annabelle' })).toBe('is Annab')
})

test('an error loses the person in its message, its stack and its cause, and keeps what it is', () => {
  const cause = new TypeError('Ann Lee has no address')
  const error = new RejectedError('POST /sms/send answered 400: Ann Lee is bad', { code: 'BAD', status: 400, cause })
  const bare = errorWithoutPerson(error, ann)
  expect(bare).toMatchObject({ name: 'RejectedError', code: 'BAD', status: 400, cause: { name: 'TypeError' } })
  expect(bare.message).toBe('POST /sms/send answered 400: [private] is bad')
  expect(`${bare.stack} ${String(bare.cause)} ${bare.cause instanceof Error && bare.cause.stack}`).not.toMatch(
    /Ann|Lee/,
  )
  expect(bare.stack).toContain('without-person.test.ts')
  expect(errorWithoutPerson('Ann is bad', ann).message).toBe('[private] is bad')
})

const letters = fc.string({ unit: fc.constantFrom(...'abcdeäöüßéñøłAÖÜ'), minLength: 2, maxLength: 10 })

test('no name of a person is left, however it is spelt and wherever it stands', () => {
  const spelt = fc.constantFrom<(name: string) => string>(
    name => name,
    name => name.toLowerCase(),
    name => name.toUpperCase(),
    name => name.normalize('NFD'),
    name => encodeURIComponent(name),
  )
  fc.assert(
    fc.property(
      letters,
      letters,
      spelt,
      fc.constantFrom(' ', ', ', '"', '/', '_', '\n'),
      (first, last, spell, between) => {
        const said = `1${between}${spell(first)}${between}${spell(last)}${between}2`
        const bare = withoutPerson(said, { firstName: first, lastName: last })
        expect([said, bare.replaceAll('[private]', '')]).toEqual([said, expect.stringMatching(/^1\P{L}*2$/u)])
      },
    ),
    { numRuns: 1_000 },
  )
})

test('any words of any length with any name are answered in no time', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.nat({ max: 3_000 }),
      (name, text, times) => {
        const from = performance.now()
        const bare = withoutPerson(`${text}${name}`.repeat(times), {
          firstName: name,
          lastName: text,
          fields: { name: text },
        })
        expect(bare.length).toBeLessThanOrEqual(9 * 4_000)
        expect(performance.now() - from).toBeLessThan(1_000)
      },
    ),
  )
})
