import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const pollInteraction = defineJob({
  name: 'poll-interaction',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.poll.${ref}`,
  bundle: 25,
})
