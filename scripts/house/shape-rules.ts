import type { SourceFacts } from './source-facts.ts'
import type { Violation } from './violation.ts'
import { isTest } from './where.ts'

/** Longest a file may be, in lines. A test may tell more cases of its one idea. */
const MAX_LINES = 300
const MAX_TEST_LINES = 300
const MAX_LINES_OF: Readonly<Record<string, number>> = { 'src/main.ts': 40 }

/** Attics: what fits nowhere is a missing noun. */
const ATTICS = /^(?:utils?|helpers?|common|types?|misc|shared|lib)$/
const KEBAB = /^[a-z\d]+(?:-[a-z\d]+)*$/

/** Size and name of a file. */
export function* shapeFaults({ path, lines }: SourceFacts): Iterable<Violation> {
  const most = MAX_LINES_OF[path] ?? (path.endsWith('.test.ts') ? MAX_TEST_LINES : MAX_LINES)
  if (lines > most) yield { path, rule: 'size', why: `${lines} lines, ${most} are allowed: find its second idea` }
  for (const part of path.split('/')) {
    const name = part.replace(/(?:(?:\.browser)?\.test)?\.ts$/, '')
    if (ATTICS.test(name))
      yield { path, rule: 'names', why: `${name} is an attic: what is in it has a name of its own` }
    if (!KEBAB.test(name)) yield { path, rule: 'names', why: `${part} is not in kebab-case` }
  }
}

/** The only place in tests that may wait for time to pass. */
const WAITS = 'test/support/eventually.ts'

const IN_TESTS: readonly { use: RegExp; why: string }[] = [
  { use: /^call (?:vi|vitest|jest)\.(?:mock|doMock|stubGlobal)$/, why: 'nothing is mocked: tests use real things' },
  { use: /^read .*\b(?:only|skip|todo|skipIf|runIf)$/, why: 'a test that is left out, or leaves others out' },
  { use: /^call setTimeout$/, why: 'tests wait on conditions (eventually), never on time' },
]

/** What stops a review wherever it stands. */
export function* smells({ path, uses, imports }: SourceFacts): Iterable<Violation> {
  for (const { what, line } of uses) {
    if (what === 'note') yield { path, line, rule: 'smells', why: 'a comment that puts work off: do it, or file it' }
    if (!isTest(path)) continue
    const smell = path === WAITS ? undefined : IN_TESTS.find(({ use }) => use.test(what))
    if (smell !== undefined) yield { path, line, rule: 'smells', why: `${what.replace(/^\w+ /, '')}: ${smell.why}` }
  }
  if (!isTest(path) || path === WAITS) return
  for (const { specifier, line } of imports) {
    if (specifier !== 'node:timers/promises' && specifier !== 'node:timers') continue
    yield { path, line, rule: 'smells', why: 'tests wait on conditions (eventually), never on time' }
  }
}
