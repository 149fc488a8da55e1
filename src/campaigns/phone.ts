import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/**
 * The number in E.164 (`+12125550123`), or `undefined` when it is none that can exist. `defaultCountry` (ISO 3166-1
 * alpha-2) is for numbers without `+`. A number with an extension is none: E.164 cannot carry it, and without it
 * somebody else would pick up.
 */
export function toE164(raw: string, defaultCountry: string): string | undefined {
  const country = defaultCountry.toUpperCase()
  const parsed = parsePhoneNumberFromString(raw.trim(), {
    extract: false,
    ...(isCountry(country) && { defaultCountry: country }),
  })
  if (!parsed?.isValid() || parsed.ext !== undefined) return undefined
  return parsed.number
}

function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code)
}
