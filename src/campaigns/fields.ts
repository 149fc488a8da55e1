import * as z from 'zod'
import { parseDurationMs } from './duration.ts'
import { outcomes } from './vocabulary.ts'

/** The kinds of field a campaign file is made of. Each takes the sentence that tells the author what it is for. */

/** An optional field whose default the JSON Schema shows. */
export function withDefault<S extends z.ZodType>(field: S, value: unknown): z.ZodExactOptional<S> {
  return field.exactOptional().meta({ default: value })
}

/** An ISO 8601 duration between two others. */
export function durationField(about: string, { least = 'PT0S', most }: { least?: string; most: string }) {
  return z
    .string()
    .superRefine((text, context) => {
      const ms = parseDurationMs(text)
      if (ms === undefined) {
        context.addIssue('must be an ISO 8601 duration without years and months, such as PT10M, P3D or PT0.2S')
      } else if (ms < (parseDurationMs(least) ?? 0)) context.addIssue(`must not be shorter than ${least}`)
      else if (ms > (parseDurationMs(most) ?? Number.POSITIVE_INFINITY)) {
        context.addIssue(`must not be longer than ${most}`)
      }
    })
    .meta({ description: `${about} (ISO 8601 duration)`, pattern: '^P[0-9TWDHMS.,]+$' })
}

/** A whole number. */
export function countField(about: string, least: number, most: number) {
  // multipleOf, not int: a failed int would keep the rules between fields from running.
  return z
    .number()
    .multipleOf(1)
    .min(least)
    .max(most)
    .meta({ type: 'integer', multipleOf: undefined, description: about })
}

/** A text that is not empty. */
export function textField(about: string, most: number) {
  return z.string().min(1).max(most).describe(about)
}

/** A short name for use in keys: lower-case words joined by hyphens. */
export function idField(about: string) {
  return z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be of lower-case letters, digits and single hyphens (kebab-case)')
    .describe(about)
}

/** One of our outcomes. */
export const outcomeField = z.enum(outcomes)
