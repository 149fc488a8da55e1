import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const firePixel = defineJob({
  name: 'fire-pixel',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.fire.${ref}`,
  bundle: 25,
})
