import { posix } from 'node:path'
import type { SourceFacts } from './source-facts.ts'
import type { Violation } from './violation.ts'

const CONTRACTS = 'src/queues'
const HANDLERS = 'src/workers'
/** Names every handler, so whatever it loads from beside itself is one, but for what wraps them. */
const HANDLER_LIST = `${HANDLERS}/index.ts`
const WRAPPERS = [`${HANDLERS}/step-job.ts`, `${HANDLERS}/watch-breaker.ts`]

/** Paths of the job contracts. */
export function contractsOf(files: readonly SourceFacts[]): Set<string> {
  const isContract = ({ path, uses }: SourceFacts) =>
    posix.dirname(path) === CONTRACTS && uses.some(({ what }) => what === 'call defineJob')
  return new Set(files.filter(isContract).map(({ path }) => path))
}

/** A contract in `queues/` and its handler in `workers/` carry one name, and none is alone. */
export function* jobFaults(files: readonly SourceFacts[]): Iterable<Violation> {
  const list = files.find(({ path }) => path === HANDLER_LIST)
  const loaded = (list?.imports ?? []).filter(({ isType, specifier }) => !isType && specifier?.startsWith('./'))
  const handlers = new Set(loaded.map(({ specifier = '' }) => posix.join(HANDLERS, specifier)))
  for (const wrapper of WRAPPERS) handlers.delete(wrapper)
  const contracts = contractsOf(files)

  for (const path of contracts) {
    const handler = posix.join(HANDLERS, posix.basename(path))
    if (!handlers.has(handler)) yield { path, rule: 'jobs', why: `${HANDLER_LIST} loads no ${handler} that serves it` }
  }
  for (const path of handlers) {
    const contract = posix.join(CONTRACTS, posix.basename(path))
    if (!contracts.has(contract)) yield { path, rule: 'jobs', why: `${contract} defines no job that it could serve` }
  }
}
