import type { Journey } from './journey.ts'

/** A copy that shares nothing. A journey is plain JSON, for which `structuredClone` takes five times as long. */
export function copyJourney(journey: Journey): Journey {
  return copy(journey) as Journey
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copy)
  const copied: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) copied[name] = copy(part)
  return copied
}
