import { z } from 'zod'
import { journeyStates, outcomes, stopReasons } from '../campaigns/vocabulary.ts'
import { listOf } from './lists.ts'
import { attemptStates, effectKinds, effectStates, Instant, word } from './words.ts'

export const Attempt = z.object({
  number: z.number(),
  state: word(attemptStates),
  interactionId: z.string().optional().meta({ description: "the vendor's id of the call" }),
  outcome: word(outcomes).optional(),
  status: z.string().optional().meta({ description: "the vendor's own word for how it ended" }),
  talkMs: z.number().optional(),
  spokenTo: z.boolean().optional(),
  looks: z.number().optional(),
  intendedAt: Instant,
  endedAt: Instant.optional(),
})

export const EffectError = z.object({
  code: z.string(),
  class: z.string(),
  message: z.string(),
  status: z.number().optional(),
})

export const Effect = z.object({
  key: z.string(),
  rule: z.string(),
  kind: word(effectKinds),
  state: word(effectStates),
  tries: z.number(),
  result: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  error: EffectError.optional(),
  why: z.string().optional().meta({ description: 'why it is parked, skipped or expired' }),
  until: Instant.optional().meta({ description: 'until then its request may still take effect' }),
})

export const Step = z.object({
  kind: z.string(),
  ref: z.string(),
  dueAt: Instant,
  why: z.string().optional().meta({ description: 'what it waits for: `window`, `budget`, `live_call`, `quiet_hours`' }),
  waitsFor: z.string().optional(),
})

const facts = {
  id: z.string().meta({ example: 'jrn_s07_4f9d2c' }),
  campaign: z.string(),
  leadId: z.string(),
  state: word(journeyStates),
  reason: word(stopReasons).optional(),
  reasonDetail: z.string().optional(),
  outcome: word(outcomes).optional(),
  nextAt: Instant.optional(),
  test: z.boolean().optional(),
  endedAt: Instant.optional(),
  erasedAt: Instant.optional().meta({ description: 'its lead was erased: what is left names nobody' }),
  createdAt: Instant,
  eventId: z.string(),
  attempts: z.array(Attempt),
  effects: z.array(Effect),
  steps: z.array(Step),
}

/** As lists show it. */
export const JourneySummary = z.object(facts).meta({ id: 'JourneySummary' })

/** What happened: beside `at` and `what`, the facts of it. */
const TimelineEntry = z.looseObject({ at: Instant, what: z.string() })

const timezones = z.array(z.string()).meta({
  description: "the lead's time zones; several where its number fits several: it must be open in all of them",
  example: ['America/New_York'],
})

export const Journey = z.object({ ...facts, timezones, timeline: z.array(TimelineEntry) }).meta({ id: 'Journey' })

export const Journeys = listOf('journeys', JourneySummary)
