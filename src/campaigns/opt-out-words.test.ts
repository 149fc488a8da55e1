import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keywords } from './opt-out-vocabulary.ts'
import { readOptOut } from './opt-out-words.ts'

const said = (texts: readonly string[]) => Object.fromEntries(texts.map(text => [text, readOptOut(text)]))
const all = (texts: readonly string[], what: string | undefined) =>
  Object.fromEntries(texts.map(text => [text, what] as const))

test('a keyword and nothing else is an opt-out beyond doubt, however it is written', () => {
  const texts = [
    ...['STOP', 'stop', 'Stop.', ' stop ', 'STOP!!!', '"STOP"', '*stop*', 'S T O P', 's.t.o.p.', 'STOP STOP', 'stop\n'],
    ...[
      'STOPALL',
      'Stop all',
      'UNSUBSCRIBE',
      'cancel',
      'End',
      'quit',
      'REVOKE',
      'opt out',
      'OPT-OUT',
      'optout',
      'Remove',
    ],
    ...[
      'ＳＴＯＰ',
      'Ⓢⓣⓞⓟ',
      'S\u200bT\u200dO\ufeffP',
      'sto\u00adp',
      '\u202eSTOP\u202c',
      'ＳＴＯＰ。',
      'ѕtор',
      'STOP 🛑',
      '🙏 stop 🙏🏽',
    ],
    ...[
      'ALTO',
      'baja',
      'Parar',
      'CANCELAR',
      'Arrêt',
      'ARRET',
      'désabonner',
      'Stopp',
      'ABMELDEN',
      'kündigen',
      'Sair',
      'iptal',
    ],
    ...['İptal', 'СТОП', 'отписаться', '停止', '退订', '수신거부', 'הסר', 'إلغاء', 'बंद करो', 'itigil', 'sispann'],
    ...['Who is this?\nSTOP', 'STOP\nSTART', 'hello\r\nstop\r\nhello?'],
  ]
  expect(said(texts)).toEqual(all(texts, 'stop'))
})

test('only START and UNSTOP, and only alone, take an opt-out back', () => {
  const starts = [
    'START',
    'start',
    'Start!',
    'UNSTOP',
    'unstop.',
    ' S T A R T ',
    'ＳＴＡＲＴ',
    'start\nstart',
    'START 🙂',
    'U\u200bNSTOP',
  ]
  expect(said(starts)).toEqual(all(starts, 'start'))
  for (const text of [
    'yes',
    'YES',
    'start over',
    'please start',
    'un stop me',
    'resume',
    'continue',
    'opt in',
    'subscribe',
  ]) {
    expect(readOptOut(text), text).not.toBe('start')
  }
})

const noise = fc.array(fc.constantFrom(' ', '!', '.', '…', '"', '🙏', '\u200b', '\ufe0f', '\n', '\t', '\u00ad', '*'), {
  maxLength: 5,
})
const letterNoise = fc.constantFrom('', '\u200b', '\u200d', '\u00ad', '\u2060', '\ufe0f')

test('a keyword stays one in any case and behind any noise, and no text makes an opt-out start again', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...keywords),
      fc.boolean(),
      noise,
      noise,
      letterNoise,
      (word, upper, before, after, between) => {
        const written = [...(upper ? word.toUpperCase() : word)].join(between)
        expect(readOptOut(`${before.join('')}${written}${after.join('')}`)).toBe('stop')
      },
    ),
    { numRuns: 2_000 },
  )
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      (before, after) => {
        expect(readOptOut(`${before}\nSTOP\n${after}`)).toBe('stop')
        if (/\p{L}/u.test(before)) expect(readOptOut(`${before} stop texting me`)).not.toBe('start')
      },
    ),
    { numRuns: 2_000 },
  )
})

test('text without an end takes no time, and a keyword at its end is still read', () => {
  const long = ['stop ', 'no me ', 'n ', ' ', 'de ', 'Liked “', '.', '\n', 'не ', 'please no '].map(piece =>
    piece.repeat(Math.ceil(1_000_000 / piece.length)),
  )
  const startedAt = performance.now()
  for (const text of long) readOptOut(text)
  expect(performance.now() - startedAt).toBeLessThan(2_000)
  expect(readOptOut(`${'x '.repeat(50_000)}\nSTOP`)).toBe('stop')
})
