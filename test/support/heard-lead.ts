import { plainCampaign, type Stage } from './stage.ts'

export const HOUR_MS = 3_600_000
export const PHONE = '+12025550123'
export const sms = (text: string, more = {}) => ({ text, window: '00:00-24:00', ...more })
export const noAnswer = { '*': [{ status: 'no_answer', lengthMs: 10 }] }
export const answered = { '*': [{ status: 'completed', lengthMs: 10 }] }
/** A text that is due an hour after the call. */
export const later = (more = {}) => ({ id: 'later', sms: sms('Hello', { delay: 'PT1H', ...more }) })

/** Calls again after an hour, twice. */
export const patient = {
  ...plainCampaign,
  dial: { ...plainCampaign.dial, maxPer24h: 9, retry: { no_answer: ['PT1H', 'PT1H'] } },
}

/** The suppressions that stand. */
export const rows = async (stage: Stage, query = '') =>
  (await stage.api<{ suppressions: Record<string, unknown>[] }>(`/suppressions${query}`)).body.suppressions
/** Hears of a text of the lead, and resolves when it has been dealt with. */
export const write = async (stage: Stage, text: string, more: object = { phone: PHONE }) =>
  stage.event(String((await stage.send('text.received', { text, ...more })).body['eventId']))
export const timelineOf = (journey: { timeline: { what: string }[] }) => journey.timeline.map(({ what }) => what)
export const effectOf = (journey: { effects: { rule: string }[] }, rule: string) =>
  journey.effects.find(entry => entry.rule === rule)
export const textsOf = (stage: Stage) => stage.simulator.truth().texts.map(({ text }) => text)

/** A journey whose first call is over and was not answered; the next one is an hour away. */
export async function called(stage: Stage, leadId = 'lead_1') {
  await stage.lead(leadId, { phone: PHONE })
  return stage.journey(leadId, ({ attempts }) => attempts[0]?.state === 'ended')
}
