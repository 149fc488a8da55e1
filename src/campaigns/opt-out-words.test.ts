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

test('a keyword in a sentence, and what says the same in other words, counts and is to be looked at', () => {
  const texts = [
    ...[
      'please stop texting me',
      'STOP PLEASE',
      'Pls stop',
      'stop it',
      'Stop this',
      'ok stop now',
      'stop at once',
      'No. Stop.',
    ],
    ...[
      'I want you to stop',
      'make it stop',
      'can you please STOP',
      'stop the messages',
      'stop the harassment',
      'STOP!!!1',
    ],
    ...[
      'why won’t you stop texting me',
      'stoptexting',
      'STOP2END',
      'stooop',
      'stpo',
      'i said stop',
      'put a stop to this',
    ],
    ...[
      'please unsubscribe me',
      'how do I opt out of this',
      'unsuscribe',
      'I revoke my consent',
      'please cancel',
      'Cancel it',
    ],
    ...[
      'I need to cancel',
      'quit calling me',
      'quit it',
      'please end',
      'no more texts',
      'no more',
      'No calls please',
      'enough',
    ],
    ...[
      'don’t text me',
      'do not contact me again',
      'never call this number',
      "DON'T CALL!!",
      'please dont call me anymore',
    ],
    ...[
      'remove me from your list',
      'take me off this list',
      'delete my number',
      'lose my number',
      'leave me alone',
      'go away',
    ],
    ...[
      'wrong number',
      'you have the wrong person',
      'This is spam',
      'I am on the do not call list',
      'reported as spam',
    ],
    ...[
      'not interested',
      'Not interested, thanks.',
      "I'm no longer interested",
      'I never signed up for these texts',
      '🛑',
      '🖕🖕',
    ],
    ...[
      'no me llamen más',
      'Ya no me escriban',
      'dejen de mandar mensajes',
      'quiero darme de baja',
      'baja por favor',
      'no me interesa',
    ],
    ...[
      'ne m’appelez plus',
      'Arrêtez de m’envoyer des messages',
      'stop svp',
      'mauvais numéro',
      'pas intéressé',
      'laissez-moi tranquille',
    ],
    ...[
      'Bitte nicht mehr anrufen',
      'keine SMS mehr',
      'Hören Sie auf',
      'lassen Sie mich in Ruhe',
      'falsche Nummer',
      'stopp bitte',
    ],
    ...['pare de me ligar', 'não me ligue mais', 'número errado', 'não quero receber mensagens', 'me remova da lista'],
    ...[
      'non chiamatemi più',
      'smettetela',
      'numero sbagliato',
      'niet meer bellen',
      'не звоните мне',
      'хватит',
      'nie dzwoń',
    ],
    ...[
      '请不要再发了',
      '別再打電話',
      '電話しないでください',
      '연락하지 마세요',
      'لا تتصل بي',
      'תסירו אותי מהרשימה',
      'đừng gọi nữa',
    ],
  ]
  expect(said(texts)).toEqual(all(texts, 'stop_inferred'))
})

test('ordinary sentences are none, whatever words they are made of', () => {
  const texts = [
    ...[
      "I'll stop by at 5",
      'Can you stop by tomorrow?',
      'could someone stop in today',
      'Stop by anytime',
      'we stop at 5pm',
    ],
    ...[
      'the leak won’t stop',
      "It doesn't stop leaking",
      'when does it stop raining',
      'how do I stop the leak?',
      'I need someone to stop the leak',
    ],
    ...[
      'at the bus stop',
      'next stop is the bank',
      'there is a stop sign',
      'one stop shop',
      'full stop',
      'it rained non stop',
      'we stopped',
      'my stoop is broken',
    ],
    ...[
      'at the end of the month',
      'end of day works',
      'I quit my job',
      'I quit smoking',
      'the roof needs to be removed',
      'remove the old shingles',
    ],
    ...['cancel my appointment', 'I had to cancel the visit on Monday', 'Can we cancel tomorrow and meet on Friday?'],
    ...[
      "don't call before 5pm",
      'dont call today, I am at work',
      "I don't text much",
      'You never call back',
      'why dont you call me',
      'call me',
    ],
    ...[
      'not interested in solar but the roof yes',
      'no thanks',
      'No',
      'no more than 5000',
      'yes',
      'YES',
      'ok',
      '👍',
      '❤️',
      '',
      ' ',
      '...',
      '5',
      'start please',
      'yes start',
    ],
    ...[
      'Liked “Thanks! Reply STOP to opt out”',
      'Loved "Reply STOP to end"',
      '👍 to “ Reply STOP to opt out ”',
      'Reacted 😂 to “Text STOP to quit”',
      'Le gustó “Responda ALTO para cancelar”',
    ],
    ...[
      'para mañana',
      'es para mi casa',
      'la casa es alta',
      'appelez moi plus tard',
      'rufen Sie mich morgen an',
      'me tire uma dúvida',
      'the list of your prices',
    ],
    ...[
      'when will you start',
      'restart',
      'I will send it',
      'My number is 202 555 0123',
      'message me the price',
      'who is this?',
    ],
  ]
  expect(said(texts)).toEqual(all(texts, undefined))
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
