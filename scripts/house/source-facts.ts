import { parseAst } from 'vitest/node'

/** A file as the rules see it. `path` is relative to the root of the checkout, with `/`. */
export interface SourceFile {
  path: string
  text: string
}

export interface Import {
  /** As written; `undefined` where it is computed and nobody can say what it loads. */
  specifier: string | undefined
  /** `import type`: gone when the program runs. `import { type X }` still loads the file. */
  isType: boolean
  line: number
}

/** Something that a file does, in words that rules can compare. */
export interface Use {
  /**
   * `new Redis`, `new Date()` where nothing is handed in, `call setTimeout`, `read process.env`, `export default`, or
   * `note` for a comment that puts work off.
   */
  what: string
  line: number
}

export interface SourceFacts {
  path: string
  imports: Import[]
  uses: Use[]
  lines: number
}

interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

/**
 * Reads a TypeScript file without running it.
 * @throws SyntaxError naming the file when it cannot be parsed
 */
export function readFacts({ path, text }: SourceFile): SourceFacts {
  const facts: SourceFacts = { path, imports: [], uses: [], lines: text.trimEnd().split('\n').length }
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  const texts: Node[] = []

  const visit = (node: Node): void => {
    const line = lineOf(node.start)
    const found = importOf(node)
    if (found !== undefined) facts.imports.push({ ...found, line })
    for (const what of usesOf(node)) facts.uses.push({ what, line })
    if (node.type === 'Literal' || node.type === 'TemplateElement') texts.push(node)
    for (const inner of Object.values(node).flat()) if (isNode(inner)) visit(inner)
  }
  visit(parse(path, text))

  for (const { index } of text.matchAll(/\b(?:TODO|FIXME)\b/g)) {
    const isQuoted = texts.some(({ start, end }) => start <= index && index < end)
    if (!isQuoted) facts.uses.push({ what: 'note', line: lineOf(index) })
  }
  return facts
}

function parse(path: string, text: string): Node {
  try {
    return parseAst(text, { lang: 'ts' }) as unknown as Node
  } catch (error) {
    throw new SyntaxError(`${path}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

function importOf(node: Node): Omit<Import, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { specifier: textOf(node['source']), isType: node['importKind'] === 'type' }
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (!isNode(node['source'])) return undefined
      return { specifier: textOf(node['source']), isType: node['exportKind'] === 'type' }
    case 'ImportExpression':
      return { specifier: textOf(node['source']), isType: false }
    case 'TSImportType':
      return { specifier: textOf(node['source']), isType: true }
    default:
      return undefined
  }
}

function* usesOf(node: Node): Iterable<string> {
  switch (node.type) {
    case 'NewExpression':
      yield `new ${nameOf(node['callee'])}`
      if ([node['arguments']].flat().length === 0) yield `new ${nameOf(node['callee'])}()`
      break
    case 'CallExpression':
      yield `call ${nameOf(node['callee'])}`
      break
    case 'MemberExpression':
      yield `read ${nameOf(node)}`
      break
    case 'ExportDefaultDeclaration':
      yield 'export default'
      break
    case 'VariableDeclarator':
      // const { env } = process
      if (isNode(node['init']) && isNode(node['id']) && node['id'].type === 'ObjectPattern') {
        for (const property of [node['id']['properties']].flat()) {
          if (isNode(property) && isNode(property['key'])) {
            yield `read ${nameOf(node['init'])}.${nameOf(property['key'])}`
          }
        }
      }
  }
}

/** A dotted name such as `process.env`; what is no name in it becomes `?`. */
function nameOf(node: unknown): string {
  if (!isNode(node)) return '?'
  if (node.type === 'Identifier') return String(node['name'])
  if (node.type !== 'MemberExpression') return '?'
  const property = node['computed'] === true ? (textOf(node['property']) ?? '?') : nameOf(node['property'])
  return `${nameOf(node['object'])}.${property}`.replace(/^globalThis\./, '')
}

function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined
}
