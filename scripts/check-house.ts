/** Holds the tree against the rules of the house: who imports whom, sizes, names, smells. Ends with 1 when one is broken. */
import { fileURLToPath } from 'node:url'
import { checkHouse } from './house/check.ts'
import { readTree } from './house/tree.ts'
import { describeViolation } from './house/violation.ts'

const files = await readTree(fileURLToPath(new URL('..', import.meta.url)))
const violations = checkHouse(files)
for (const violation of violations) console.error(describeViolation(violation))
console.log(`house: ${files.length} files, ${violations.length} rules broken`)
process.exitCode = violations.length > 0 ? 1 : 0
