import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'

/** A YAML text with what it says and where it says it; or what keeps it from being read. */
export type YamlText =
  | { value: unknown; lineOf: (path: readonly PropertyKey[]) => number }
  | { faults: { line: number; reason: string }[] }

/** A campaign is some hundred lines: more aliases than this are an attack or an accident. */
const MAX_ALIASES = 50

/** Reads one YAML 1.2 document. `lineOf` gives the line of the last part of a path that stands in the text. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const problems = [...document.errors, ...document.warnings]
  if (problems.length > 0) {
    return { faults: problems.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, reason: message })) }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    return { value, lineOf: path => lines.linePos(offsetOf(document, path)).line }
  } catch (error) {
    return { faults: [{ line: 1, reason: error instanceof Error ? error.message : String(error) }] }
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(item => (isScalar(item.key) ? String(item.key.value) : item.key) === String(key))
      if (!pair) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key]
      offset = startOf(node) ?? offset
    } else return offset
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
