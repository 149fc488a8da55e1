import { importFaults } from './import-rules.ts'
import { contractsOf, jobFaults } from './job-rules.ts'
import { shapeFaults, smells } from './shape-rules.ts'
import { readFacts, type SourceFile } from './source-facts.ts'
import type { Violation } from './violation.ts'

/** Every rule of the house over a whole tree. */
export function checkHouse(files: readonly SourceFile[]): Violation[] {
  const facts = files.map(readFacts)
  const contracts = contractsOf(facts)
  return [
    ...facts.flatMap(file => [...importFaults(file, contracts), ...shapeFaults(file), ...smells(file)]),
    ...jobFaults(facts),
  ]
}
