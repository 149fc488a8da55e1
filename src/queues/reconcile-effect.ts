import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const reconcileEffect = defineJob({
  name: 'reconcile-effect',
  payload: StepPayload,
  // The reference is an effect's key, whose colons a job id must not have.
  id: ({ journeyId, ref }) => `${journeyId}.reconcile.${ref.replaceAll(':', '~')}`,
})
