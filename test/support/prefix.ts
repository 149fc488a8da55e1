import { randomBytes } from 'node:crypto'

/** A key prefix of a test's own: the tests of a run share one Redis. */
export function uniquePrefix(): string {
  return `t${randomBytes(6).toString('hex')}`
}
