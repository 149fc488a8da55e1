import { RejectedError } from '../errors.ts'

/** A path below the base URL. With ids in it: a template (`/leads/{leadId}`) and what goes into it. */
export type Path =
  | string
  | {
      route: string
      params?: Readonly<Record<string, string>>
      query?: Readonly<Record<string, string | number | boolean | undefined>>
    }

/**
 * The path as it is sent, and its template for metrics and errors. Ids are percent-encoded.
 *
 * Throws `RejectedError` (`BAD_ID`) for an id that would change which resource is meant: an empty one turns
 * `/leads/{leadId}` into the list of all leads, and `.` or `..` climb out of the path even when they are encoded.
 */
export function resolvePath(path: Path): { route: string; sent: string } {
  if (typeof path === 'string') return { route: path, sent: path }
  const { route, params = {}, query = {} } = path
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeId(name, params[name]))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, String(value))
  return { route, sent: search.size === 0 ? filled : `${filled}?${search}` }
}

function encodeId(name: string, value: string | undefined): string {
  if (value === undefined) throw new TypeError(`The path has no value for {${name}}`)
  if (value === '' || value === '.' || value === '..' || !value.isWellFormed()) {
    throw new RejectedError(`${name} cannot stand in a path`, { code: 'BAD_ID' })
  }
  return encodeURIComponent(value)
}
