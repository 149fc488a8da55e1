import { canary } from './canary.ts'
import { cleanUp } from './clean-up.ts'
import { firePixel } from './fire-pixel.ts'
import { placeCall } from './place-call.ts'
import { pollInteraction } from './poll-interaction.ts'
import { receiveEvent } from './receive-event.ts'
import { reconcileEffect } from './reconcile-effect.ts'
import { sendSms } from './send-sms.ts'
import { startCampaign } from './start-campaign.ts'

/** Every job there is. One queue each, so that a stuck vendor endpoint holds up nothing but its own kind. */
export const catalogue = {
  'receive-event': receiveEvent,
  'place-call': placeCall,
  'poll-interaction': pollInteraction,
  'send-sms': sendSms,
  'fire-pixel': firePixel,
  'reconcile-effect': reconcileEffect,
  'start-campaign': startCampaign,
  canary,
  'clean-up': cleanUp,
} as const

export type JobName = keyof typeof catalogue

/** The job that does a step of each kind. */
export const jobOfStep = {
  dial: placeCall,
  poll: pollInteraction,
  text: sendSms,
  fire: firePixel,
  reconcile: reconcileEffect,
} as const
