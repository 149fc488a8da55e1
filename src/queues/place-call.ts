import { z } from 'zod'
import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const placeCall = defineJob({
  name: 'place-call',
  /** `startAt` is this call's turn in its campaign's pace, ms. */
  payload: StepPayload.extend({ startAt: z.number().optional() }),
  id: ({ journeyId, ref }) => `${journeyId}.dial.${ref}`,
})
