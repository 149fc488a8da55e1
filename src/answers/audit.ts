import { z } from 'zod'
import { listOf } from './lists.ts'
import { Instant } from './words.ts'

export const AuditEntry = z
  .object({
    id: z.string(),
    at: Instant,
    by: z.string().meta({ description: "the key's name" }),
    what: z.string(),
    subject: z.string(),
    detail: z.string().optional(),
  })
  .meta({ id: 'AuditEntry' })

export const Audit = listOf('audit', AuditEntry)
