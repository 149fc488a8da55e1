import { z } from 'zod'

/** A step is named by its journey and, within it, by attempt number or follow-up id. */
export const StepPayload = z.object({ journeyId: z.string().min(1), ref: z.string().min(1) })
export type StepPayload = z.infer<typeof StepPayload>
