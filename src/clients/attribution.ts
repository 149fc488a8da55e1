import { z } from 'zod'
import { present, Text } from './fields.ts'
import type { Attribution } from './ports.ts'

/** Longest text of each kind that is kept; longer ones are no such thing, and half a click id is none either. */
const MAX_LENGTH = 2_000
const MAX_NAME_LENGTH = 100
/** Parameters of one page that are kept. */
const MAX_PARAMS = 50

const Bounded = Text.transform(text => (text === undefined || text.length > MAX_LENGTH ? undefined : text))

/** The first few parameters that are texts; whatever else a page has put there is left out. */
const Params = z
  .record(z.string(), z.unknown())
  .transform(given => {
    const kept: [string, string][] = []
    for (const [name, value] of Object.entries(given)) {
      if (kept.length === MAX_PARAMS) break
      const text = Bounded.parse(value)
      if (name.length <= MAX_NAME_LENGTH && text !== undefined) kept.push([name, text])
    }
    return kept.length === 0 ? undefined : Object.fromEntries(kept)
  })
  .optional()
  .catch(undefined)

/** What a vendor's lead record says of where the lead came from: anybody may have sent it through a form. */
export const AttributionFields = z
  .object({
    ipAddress: Bounded,
    userAgent: Bounded,
    captureUrl: Bounded,
    params: Params,
    fbclid: Bounded,
    fbc: Bounded,
    fbp: Bounded,
    ttclid: Bounded,
    ttp: Bounded,
  })
  .transform((fields): Attribution | undefined => {
    const known = present(fields)
    return Object.keys(known).length === 0 ? undefined : known
  })
  .optional()
  .catch(undefined)
