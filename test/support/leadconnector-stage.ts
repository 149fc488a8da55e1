import { expect } from 'vitest'
import type { ControlInput } from '../../simulator/control.ts'
import { USUAL_LOCATION } from '../../simulator/leadconnector/control.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import type { Overrides } from '../../src/app.ts'
import { eventually } from './eventually.ts'
import { plainCampaign, type Stage, startStage } from './stage.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
export const CALLS = isFull ? 1_000 : 24

/** Starts with a call at the vendor, come by webhook or found; tries once more where nobody answers. */
export const frontDesk = {
  ...plainCampaign,
  id: 'front-desk',
  provider: 'leadconnector',
  account: { agentIds: ['agent_1'], workflowId: 'wf_1' },
  trigger: { events: ['VoiceAiCallEnd'] },
  dial: { ...plainCampaign.dial, retry: { no_answer: ['PT0.3S'] }, maxAttempts: 2 },
  poll: { ...plainCampaign.poll, walk: 'PT0.2S', since: '2020-01-01' },
  reconcile: { grace: 'PT1S', looks: 2, skew: 'PT1S' },
  followUps: [
    {
      id: 'thanks',
      when: { outcome: ['qualified', 'answered'] },
      sms: { text: 'Thanks for calling.', window: '00:00-24:00' },
    },
    {
      id: 'conversion',
      when: { outcome: ['qualified'] },
      pixel: { via: 'meta', pixelId: '42', event: 'Lead', actionSource: 'phone_call' },
    },
  ],
}

export const contact = (index: number) => ({
  leadId: `contact_${index}`,
  phone: `+1202555${String(1_000 + index).slice(-4)}`,
})
export const contacts = Array.from({ length: CALLS }, (_, index) => contact(index))

export const leadConnectorEnv = (simulator: Simulator) => ({
  LEADCONNECTOR_TOKEN: 'pit-test',
  LEADCONNECTOR_LOCATION_ID: USUAL_LOCATION,
  LEADCONNECTOR_BASE_URL: simulator.leadconnectorUrl,
  LEADCONNECTOR_RATE: '1000/s',
  LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: simulator.leadConnectorPublicKey,
})

/** A stage whose vendor knows the contacts. Calls are announced by webhook once it is asked to. */
export async function startFrontDesk(
  options: { control?: Partial<ControlInput>; campaign?: Record<string, unknown>; overrides?: Overrides } = {},
) {
  return startStage({
    overrides: options.overrides ?? {},
    campaigns: [{ ...frontDesk, ...options.campaign }],
    control: { leads: contacts, ...options.control },
    env: leadConnectorEnv,
  })
}

/** From now on the vendor tells of every call that ends. */
export const announce = (stage: Stage) =>
  stage.simulator.control({ leadconnector: { webhooks: { url: `${stage.url}/webhooks/leadconnector` } } })

/** Resolves when so many journeys there are, and all of them are done. */
export const done = (stage: Stage, total: number) =>
  eventually(async () => expect((await stage.campaign('front-desk')).progress).toMatchObject({ total, done: total }), {
    timeoutMs: isFull ? 120_000 : 20_000,
  })

/** Calls of the lead's own, as the vendor lists them. */
export const ring = (stage: Stage, call: { contactId: string; [more: string]: unknown }) =>
  stage.simulator.control({ leadconnector: { calls: [call] } })
