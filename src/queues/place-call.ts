import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const placeCall = defineJob({
  name: 'place-call',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.dial.${ref}`,
})
