import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import metadata from 'libphonenumber-js/max/metadata'
import { z } from 'zod'

/**
 * The number in E.164 (`+12125550123`), or `undefined` when it is none that can exist. `defaultCountry` (ISO 3166-1
 * alpha-2) is for numbers without `+`. A number with an extension is none: E.164 cannot carry it, and without it
 * somebody else would pick up.
 */
export function toE164(raw: string, defaultCountry: string): string | undefined {
  const text = raw.trim()
  if (isWholeUsNumber(text)) return text
  const country = defaultCountry.toUpperCase()
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(isCountry(country) && { defaultCountry: country }),
  })
  if (!parsed?.isValid() || parsed.ext !== undefined) return undefined
  return parsed.number
}

function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code)
}

/**
 * What the library holds numbers of a country against: the third entry is what all of them look like, the twelfth those
 * of each type. Source: https://gitlab.com/catamphetamine/libphonenumber-js/-/blob/master/METADATA.md
 */
const Country = z.array(z.unknown()).transform(entries => ({ all: entries[2], types: entries[11] }))
const Patterns = z.object({
  all: z.string(),
  types: z.array(z.union([z.tuple([z.string()]).rest(z.unknown()), z.null(), z.literal(0)])),
})

let whole: RegExp | undefined

/**
 * Whether a text is a number of the United States that can exist, already in E.164. It is held against the library's own
 * patterns, without finding out first whose number it is: a list may have a million of them, and that takes longer than
 * everything else that is done with a row. Of any other text the library has to tell.
 */
function isWholeUsNumber(text: string): boolean {
  whole ??= readPattern()
  return whole.test(text)
}

function readPattern(): RegExp {
  const found = Country.pipe(Patterns).safeParse(metadata.countries.US)
  const types = found.success ? found.data.types.flatMap(type => (type && type[0] !== '' ? [type[0]] : [])) : []
  // Metadata of another shape says nothing, and then the library is asked.
  if (!found.success || types.length === 0) return /(?!)/
  // Ten digits that begin like this hold no prefix that the library would take away.
  return new RegExp(`^\\+1(?=[2-9]\\d{9}$)(?=(?:${found.data.all})$)(?:${types.join('|')})$`)
}
