import { z } from 'zod'
import { readJson } from '../sources/json-body.ts'

/** One part of an event's own id. Empty ones name nothing: two calls without a name must not be taken for one event. */
export const IdPart = z.union([z.string().min(1), z.number()]).transform(String)

/**
 * The id that a JSON body gives its event.
 * @param Parts takes the parts of the id out of the body
 * @returns `undefined` where the body is no JSON or lacks a part
 */
export function idInJson(raw: Buffer, Parts: z.ZodType<string[]>): string | undefined {
  let body: unknown
  try {
    body = readJson(raw)
  } catch {
    return undefined
  }
  const parts = Parts.safeParse(body)
  return parts.success ? joinParts(parts.data) : undefined
}

/** Parts do not run into each other. */
export function joinParts(parts: readonly string[]): string {
  return JSON.stringify(parts)
}
