import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messagesOf } from './leadconnector-transcript.ts'

test.each<[string, string, [string, string][]]>([
  ['none', '', []],
  ['only space', ' \n\n ', []],
  [
    'two lines',
    'bot: Hello?\nhuman: Hi.',
    [
      ['agent', 'Hello?'],
      ['user', 'Hi.'],
    ],
  ],
  [
    'other breaks and cases',
    ' Bot : Hello?\r\nHUMAN:Hi.\r\n',
    [
      ['agent', 'Hello?'],
      ['user', 'Hi.'],
    ],
  ],
  [
    'a turn of several lines',
    'human: One.\nTwo.\n\nThree: four.\nbot: Five.',
    [
      ['user', 'One.\nTwo.\nThree: four.'],
      ['agent', 'Five.'],
    ],
  ],
  ['a turn that begins on the next line', 'bot:\nHello?', [['agent', 'Hello?']]],
  [
    'somebody before the first word',
    'Ring.\nbot: Hello?',
    [
      ['unknown', 'Ring.'],
      ['agent', 'Hello?'],
    ],
  ],
  ['a word that only begins alike', 'human: Hi.\nbotany: no', [['user', 'Hi.\nbotany: no']]],
])('%s', (_, transcript, turns) => {
  expect(messagesOf(transcript)).toEqual(turns.map(([role, text]) => ({ role, text })))
})

test('no word is lost, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('bot', 'human'), fc.string()), { maxLength: 20 }), turns => {
      const transcript = turns.map(([speaker, text]) => `${speaker}: ${text}`).join('\n')
      const words = messagesOf(transcript)
        .map(({ text }) => text)
        .join(' ')
      for (const [, text] of turns) for (const word of text.split(/\s+/)) expect(words).toContain(word)
    }),
  )
})
