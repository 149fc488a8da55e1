import { bad, type Finding, good } from './finding.ts'

/** Strips types by itself, and is kept up until 2028. */
const LEAST_MAJOR = 24

/** @param version of `process.versions.node` */
export function checkNode(version: string): Finding {
  const major = Number(version.split('.')[0])
  if (major >= LEAST_MAJOR) return good('node', `Node ${version}`)
  return bad(
    'node',
    `Node ${version} is too old`,
    `the program is run as it is written, which needs Node ${LEAST_MAJOR}`,
    `run it by its npm scripts, which bring the right Node along, or install Node ${LEAST_MAJOR}`,
  )
}
