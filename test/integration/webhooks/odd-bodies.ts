import fc from 'fast-check'

/** Bodies that a sender could send, and none should. */

export const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '..',
    '../../x',
    '@now',
    '@now+1',
    '{{7*7}}',
    'lead:1',
    '%00',
    'x'.repeat(5_000),
  ),
  fc.constantFrom('+12025550123', '+1', '911', '+882999', 'Mars/Olympus', '+05:00', 'America/New_York', 'roof', 'HXZ'),
)
const oddValue = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(null, true, 0, -0, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], { $gt: '' }),
  fc.jsonValue({ maxDepth: 3 }),
)
/** Raw JSON that no value writes: beyond any number, keys of the language itself, a key twice. */
const oddRaw = fc.constantFrom('1e999', '-1e999', '0.1e-999', `${'9'.repeat(400)}`, '{"__proto__":{"leadId":"x"}}')
const protoKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'event', 'data')

/** Paths to every value of a document. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [path, ...inner.flatMap(([key, child]) => pathsOf(child, [...path, key]))]
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) }
  copy[key] = replaceAt(copy[key], rest, by)
  return copy
}

const MARK = '\u0001here'

/** Good documents that were spoilt, cut or flipped, and what never was one. */
export function oddBodies(base: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Buffer> {
  const mutated = fc
    .tuple(
      base,
      fc.nat(),
      fc.oneof(
        oddValue.map(value => JSON.stringify(value)),
        oddRaw,
      ),
    )
    .map(([document, at, text]) => {
      const paths = pathsOf(document)
      const spoilt = replaceAt(document, paths[at % paths.length] ?? [], MARK)
      return JSON.stringify(spoilt).replace(JSON.stringify(MARK), () => text)
    })
  const withOddKey = fc
    .tuple(base, protoKey, oddValue)
    .map(([document, key, value]) => JSON.stringify(document).replace('{', () => `{"${key}":${JSON.stringify(value)},`))
  const cutOrFlipped = fc.tuple(base, fc.nat(), fc.nat(255), fc.boolean()).map(([document, at, byte, isCut]) => {
    const bytes = Buffer.from(JSON.stringify(document))
    const place = at % bytes.length
    if (isCut) return bytes.subarray(0, place)
    bytes[place] = byte
    return bytes
  })
  return fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }).map(bytes => Buffer.from(bytes)),
    { arbitrary: mutated.map(text => Buffer.from(text)), weight: 4 },
    withOddKey.map(text => Buffer.from(text)),
    cutOrFlipped,
    fc.json().map(text => Buffer.from(text)),
  )
}
