import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { doors, harmless, libraries, onlyInTests, pure } from './doors.ts'
import { contractImports, forUnitTests, guarded, rooms } from './rooms.ts'
import type { Import, SourceFacts } from './source-facts.ts'
import type { Violation } from './violation.ts'
import { isInside, isTest, isUnitTest, roomOf } from './where.ts'

/** What a file must not import, and what it must not do where it stands. */
export function* importFaults(facts: SourceFacts, contracts: ReadonlySet<string>): Iterable<Violation> {
  const { path, imports, uses } = facts
  for (const found of imports) {
    const why = faultOf(path, found, contracts)
    if (why !== undefined) yield { path, line: found.line, rule: 'imports', why }
  }
  if (!isInside(path, 'src') || isTest(path)) return
  for (const { what, line } of uses) {
    const door = doors.find(({ use }) => use.test(what))
    if (door === undefined || door.at.some(place => isInside(path, place))) continue
    const where = door.at.length === 0 ? 'nowhere' : `only in ${door.at.join(', ')}`
    yield { path, line, rule: 'doors', why: `${what.replace(/^\w+ (?=\w+\.)/, '')} is allowed ${where}` }
  }
}

function faultOf(path: string, { specifier, isType }: Import, contracts: ReadonlySet<string>): string | undefined {
  if (specifier === undefined) return isTest(path) ? undefined : 'an import that is computed cannot be checked'
  if (!specifier.startsWith('.')) return libraryFault(path, specifier, isType)

  const target = posix.join(posix.dirname(path), specifier)
  if (!isTest(path) && isTest(target) && !isInside(target, 'test/support')) return `${target} is a test`
  if (contracts.has(path) && !contractImports.includes(target)) {
    return `a contract may import ${contractImports.join(', ')} only: ${target} would come along`
  }
  if (roomOf(path) === roomOf(target)) return handlerFault(path, target, isType, contracts)
  const guards = guarded[target]
  if (guards !== undefined && !guards.some(place => isInside(path, place))) {
    return `${target} may be imported by ${guards.join(', ')} only`
  }
  const row = rooms[roomOf(path)]
  if (row === undefined) return `${roomOf(path)} has no row in scripts/house/rooms.ts`
  const allowed = isUnitTest(path) ? [...row, ...forUnitTests] : row
  return isAllowed(target, isType, allowed)
    ? undefined
    : `${roomOf(path)} must not import ${target}${isAllowed(target, true, allowed) ? ' but by import type' : ''}`
}

/** Handlers are loaded by their list alone. A part of one may know its handler's types. */
function handlerFault(
  path: string,
  target: string,
  isType: boolean,
  contracts: ReadonlySet<string>,
): string | undefined {
  const isHandler = (file: string) =>
    isInside(file, 'src/workers') && contracts.has(posix.join('src/queues', posix.basename(file)))
  if (!isHandler(target) || isTest(path) || path === 'src/workers/index.ts') return undefined
  return isType && !isHandler(path) ? undefined : 'a handler reaches the next step only through the ledger'
}

function libraryFault(path: string, specifier: string, isType: boolean): string | undefined {
  if (isTest(path)) return undefined
  const name = isBuiltin(specifier) ? specifier : (/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
  if (onlyInTests.includes(name) && !isInside(path, 'scripts')) return `${name} is for tests alone`
  if (!isInside(path, 'src')) return undefined

  if (isBuiltin(name)) {
    if (!name.startsWith('node:')) return `${name} needs node: before it`
    const isPure = pure.rooms.some(room => isInside(path, room)) && !pure.except.includes(path)
    if (isPure && !['node:path', 'node:url'].includes(name)) return `${roomOf(path)} only computes: no ${name} here`
    if (harmless.includes(name.slice('node:'.length)) || isType) return undefined
  }
  const at = libraries[name]
  if (at === undefined) return `${name} has no door in scripts/house/rooms.ts`
  return isAllowed(path, isType, at)
    ? undefined
    : `${name} may be imported ${at.length === 0 ? 'nowhere' : `in ${at.join(', ')} only`}`
}

/** Entries are places; after `type ` they hold for `import type` alone. */
function isAllowed(path: string, isType: boolean, entries: readonly string[]): boolean {
  return entries.some(entry => {
    const place = entry.replace(/^type /, '')
    return isInside(path, place) && (isType || place === entry)
  })
}
