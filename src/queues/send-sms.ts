import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const sendSms = defineJob({
  name: 'send-sms',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.text.${ref}`,
  bundle: 25,
})
