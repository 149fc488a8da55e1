import { canary } from './canary.ts'
import { cleanUp } from './clean-up.ts'
import { eraseLead } from './erase-lead.ts'
import { findInteractions } from './find-interactions.ts'
import { firePixel } from './fire-pixel.ts'
import { forwardDelivery } from './forward-delivery.ts'
import { handOver } from './hand-over.ts'
import { placeCall } from './place-call.ts'
import { pollInteraction } from './poll-interaction.ts'
import { raiseAlerts } from './raise-alerts.ts'
import { readExtracted } from './read-extracted.ts'
import { receiveEvent } from './receive-event.ts'
import { reconcileEffect } from './reconcile-effect.ts'
import { sealAnew } from './seal-anew.ts'
import { sendSms } from './send-sms.ts'
import { startCampaign } from './start-campaign.ts'
import { tellEnded } from './tell-ended.ts'
import { walkInteractions } from './walk-interactions.ts'
import { writeBack } from './write-back.ts'

/** Every job there is. One queue each, so that a stuck vendor endpoint holds up nothing but its own kind. */
export const catalogue = {
  'receive-event': receiveEvent,
  'forward-delivery': forwardDelivery,
  'place-call': placeCall,
  'poll-interaction': pollInteraction,
  'read-extracted': readExtracted,
  'send-sms': sendSms,
  'fire-pixel': firePixel,
  'reconcile-effect': reconcileEffect,
  'hand-over': handOver,
  'walk-interactions': walkInteractions,
  'tell-ended': tellEnded,
  'write-back': writeBack,
  'find-interactions': findInteractions,
  'start-campaign': startCampaign,
  'erase-lead': eraseLead,
  canary,
  'raise-alerts': raiseAlerts,
  'clean-up': cleanUp,
  'seal-anew': sealAnew,
} as const

export type JobName = keyof typeof catalogue

/** The job that does a step of each kind. Hand-overs go many at a time, in `hand-over`. */
export const jobOfStep = {
  dial: placeCall,
  poll: pollInteraction,
  read: readExtracted,
  text: sendSms,
  fire: firePixel,
  reconcile: reconcileEffect,
  walk: walkInteractions,
  tell: tellEnded,
  write: writeBack,
} as const
