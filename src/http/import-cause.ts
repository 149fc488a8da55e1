import { PayloadError } from '../errors.ts'

/** What a log may say of an import that broke off: a message about its text quotes people's data. */
export function causeOf(brokenBy: unknown): { code: string } | { err: unknown } {
  return brokenBy instanceof PayloadError ? { code: brokenBy.code } : { err: brokenBy }
}
