import type { Request } from 'express'

const parsed = new WeakMap<Request, unknown>()

/**
 * The JSON of a request whose body was read as text; `undefined` for none. Parsed at most once, and only when somebody
 * asks: a request that is reset or refused at the door costs nothing more.
 *
 * @throws SyntaxError when it is no JSON.
 */
export function jsonOf(request: Request): unknown {
  if (parsed.has(request)) return parsed.get(request)
  const text: unknown = request.body
  const value: unknown = typeof text === 'string' && text !== '' ? JSON.parse(text) : undefined
  parsed.set(request, value)
  return value
}
