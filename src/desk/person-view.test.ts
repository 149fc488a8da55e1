import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskEmail, maskName, maskPhone, personView } from './person-view.ts'

test.each([
  ['+12025550123', '+1•••••0123'],
  ['+442079460958', '+44•••••0958'],
  ['+4932', '+49•••••2'],
  ['not a number', '•••••'],
])('%s is shown as %s', (phone, shown) => {
  expect(maskPhone(phone)).toBe(shown)
})

test('of any number at most the calling code and half of the rest can be read, never more than four digits', () => {
  fc.assert(
    fc.property(fc.constantFrom('1', '44', '49', '972'), fc.stringMatching(/^[1-9]\d{3,11}$/), (code, rest) => {
      const digits = maskPhone(`+${code}${rest}`).split('•').at(-1) ?? ''
      expect(digits.length).toBeLessThanOrEqual(Math.min(4, rest.length / 2 + 1))
    }),
  )
})

test('a masked name does not tell its length', () => {
  expect(maskName('Ann')).toBe('A••')
  expect(maskName('Annabelle')).toBe('A••')
  expect(maskName('Élodie')).toBe('É••')
})

test('a masked address keeps its domain', () => {
  expect(maskEmail('ann.lee@example.com')).toBe('a••@example.com')
  expect(maskEmail('nonsense')).toBe('•••••')
})

test('what is not known is not shown', () => {
  expect(personView({}, 'full')).toEqual({})
  expect(personView({ firstName: ' ', lastName: 'Lee' }, 'full')).toEqual({ name: 'Lee' })
})

test('full and masked say the same things of a person', () => {
  const details = { firstName: 'Ann', lastName: 'Lee', phone: '+12025550123', email: 'ann@example.com' }
  expect(personView(details, 'full')).toEqual({ name: 'Ann Lee', phone: '+12025550123', email: 'ann@example.com' })
  expect(personView(details, 'masked')).toEqual({ name: 'A•• L••', phone: '+1•••••0123', email: 'a••@example.com' })
})
