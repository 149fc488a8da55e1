import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeal, NO_KEY } from './seal.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]

test('what was sealed opens again, byte for byte, with and without a key', () => {
  for (const seal of [createSeal([]), createSeal([first])]) {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, text) => {
        expect(seal.openBytes(seal.sealBytes(Buffer.from(bytes)))).toEqual(Buffer.from(bytes))
        expect(seal.openText(seal.sealText(text))).toBe(text)
      }),
    )
  }
})

test('with a key nothing of the text is left to read, and no two seals are alike', () => {
  const seal = createSeal([first])
  const sealed = seal.sealText('+12025550123')
  expect(Buffer.from(sealed.slice(1), 'base64').toString('latin1')).not.toContain('2025550123')
  expect(seal.sealText('+12025550123')).not.toBe(sealed)
})

test('of many seals each has a nonce of its own', () => {
  const seal = createSeal([first])
  const nonces = Array.from({ length: 2_000 }, () =>
    seal.sealBytes(Buffer.from('same')).subarray(5, 17).toString('hex'),
  )
  expect(new Set(nonces).size).toBe(2_000)
})

test('after a rotation the old still opens and the new seals', () => {
  const old = createSeal([first]).sealText('secret')
  const rotated = createSeal([second, first])
  expect(rotated.openText(old)).toBe('secret')
  expect(() => createSeal([first]).openText(rotated.sealText('secret'))).toThrow('DATA_KEY')
})

test('what was stored before a key was set stays readable', () => {
  expect(createSeal([first]).openText(createSeal([]).sealText('plain'))).toBe('plain')
})

test('a changed byte does not open', () => {
  const seal = createSeal([first])
  const sealed = seal.sealBytes(Buffer.from('secret'))
  sealed[sealed.length - 1] = Number(sealed.at(-1)) ^ 1
  expect(() => seal.openBytes(sealed)).toThrow()
})

test('what was cut short does not open, wherever it was cut', () => {
  const seal = createSeal([first])
  // Of an empty text all but the header is the tag, and a shorter tag is easier to guess.
  for (const text of ['secret', '']) {
    const sealed = seal.sealBytes(Buffer.from(text))
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => seal.openBytes(sealed.subarray(0, length)), `${length} bytes`).toThrow()
    }
  }
})

test('what was sealed tells with which key, and nothing of the key', () => {
  const [none, one, both] = [createSeal([]), createSeal([first]), createSeal([second, first])]
  expect([none.sealsWith, one.sealsWith, both.sealsWith].map(name => name.length)).toEqual([NO_KEY.length, 8, 8])
  expect(first.toString('hex')).not.toContain(one.sealsWith)
  expect(both.opensWith).toEqual([NO_KEY, both.sealsWith, one.sealsWith])
  for (const seal of [none, one, both]) {
    expect(both.keyOf(seal.sealText('secret'))).toBe(seal.sealsWith)
    expect(both.keyOf(seal.sealBytes(Buffer.from('secret')))).toBe(seal.sealsWith)
  }
})
