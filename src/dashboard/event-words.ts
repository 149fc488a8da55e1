import type { EventForecast } from '../desk/event-forecast.ts'
import type { EventView } from '../desk/events.ts'
import { type Phrase, say } from './phrase.ts'
import { humanise, lookUp, type Tone } from './words.ts'

export type EventStatus = EventView['status']

export const eventWords: Record<EventStatus, { label: string; tone: Tone; means: string }> = {
  received: { label: 'Received', tone: 'info', means: 'It is on disk, and is read in a moment.' },
  processed: { label: 'Processed', tone: 'good', means: 'It was read, and what it asks for was done.' },
  joined: { label: 'Joined', tone: 'quiet', means: "Its lead's journey was going on already: it joined that one." },
  ignored: { label: 'Ignored', tone: 'quiet', means: 'It was read, and nothing follows from it.' },
  rejected: { label: 'Rejected', tone: 'bad', means: 'It could not be read or handled. It is kept as it came.' },
  replayed: { label: 'Replayed', tone: 'info', means: 'It was read anew because somebody asked for it.' },
}

const sourceNames: Record<string, string> = {
  api: 'API',
  bland: 'Bland',
  elevenlabs: 'ElevenLabs',
  leadconnector: 'LeadConnector',
  leadsail: 'LeadSail',
  'leadsail-sms': "LeadSail's SMS agent",
  retell: 'Retell',
  standard: 'Standard Webhooks',
  twilio: 'Twilio',
  vapi: 'Vapi',
}
export const sourceName = (source: string) => lookUp(sourceNames, source) ?? humanise(source)

/** What a replay will do, point by point, as things stand. */
export function replayPoints(forecast: EventForecast): Phrase[] {
  return [
    say('The event is read anew as it came in, with the campaign files as they are now.'),
    ...forecastPoints(forecast),
    say('What came of it before stays as it is. Who asked for the replay is written down in the audit.'),
  ]
}

function forecastPoints(forecast: EventForecast): Phrase[] {
  switch (forecast.kind) {
    case 'starts':
      return forecast.campaigns.map(campaignPoint)
    case 'looks':
      return [say('The call that it tells of is looked at again. Nobody is called because of that.')]
    case 'suppresses':
      return [say('The number that it names is suppressed, if it is not so already.')]
    case 'hears':
      return [say('What the lead wrote is read anew: an opt-out in it holds again, from now on.')]
    case 'nothing':
      return [say(`Nothing will follow from it: ${forecast.reason}.`)]
    case 'rejected':
      return [say(`It will be rejected: ${forecast.reason.replace(/\.$/, '')}.`)]
  }
}

type CampaignForecast = Extract<EventForecast, { kind: 'starts' }>['campaigns'][number]

function campaignPoint({ name, test, result }: CampaignForecast): Phrase {
  switch (result) {
    case 'joins':
      return say(
        `${name}: nobody is called because of it. The lead's journey is still going on; the event joins it instead of starting a second one.`,
      )
    case 'too_soon':
      return say(`${name}: nothing begins. The lead has been through it, and its reentry keeps them out.`)
    case 'begins':
      return say(
        `${name}: a new journey begins, and the lead is called as its rules allow. ${test ? 'It is a test campaign: its calls are marked as tests.' : 'A real person is called.'}`,
      )
  }
}
