import type { CampaignGlance, CampaignRules } from '../desk/campaign-board.ts'
import type { CampaignMove } from '../desk/campaigns.ts'
import type { HoursAhead } from '../desk/hours-ahead.ts'
import { providerName } from './campaign-words.ts'
import { counted, listed, longSpan } from './counted.ts'
import { type Phrase, say } from './phrase.ts'

/** What is known when somebody is about to do something to a campaign. */
export interface MoveScene {
  campaign: CampaignGlance
  rules: CampaignRules
  ahead: HoursAhead
}

/** What a move will do to how many, point by point. */
export function consequencesOf(move: CampaignMove, scene: MoveScene): Phrase[] {
  return points[move](scene)
}

const points: Record<CampaignMove, (scene: MoveScene) => Phrase[]> = {
  start: scene => [
    ...callingPoints(scene),
    say(
      `From now on the leads of its list have ${longSpan(scene.rules.dial.notAfterMs)} until nobody calls them any more.`,
    ),
    realPoint(scene),
  ],

  pause: ({ campaign, rules }) => {
    const { live, following } = counts(campaign)
    const begins = campaign.mode === 'handover' ? 'Nobody more is handed over' : 'No new call begins'
    return [
      say(`${begins}: ${whoWait(waiting(campaign))} until it goes on.`),
      ...liveCallPoint(live),
      say(
        `Texts and pixels still go out${following === 0 ? '' : `: ${counted(following, 'lead is', 'leads are')} being followed up`}. To hold them back as well, pause everything.`,
      ),
      ...dialerPoint(campaign),
      say('Leads that come in meanwhile are taken, and wait.'),
      say(`The clock does not stop: ${longSpan(rules.dial.notAfterMs)} is as long as a lead may wait.`),
    ]
  },

  resume: scene => [
    ...callingPoints(scene),
    ...(scene.campaign.breaker === undefined
      ? []
      : [
          say(
            `It paused itself: ${scene.campaign.why ?? 'too many calls failed'}. See first that what was wrong is mended.`,
          ),
          say('Its failures are counted anew from here.'),
        ]),
    realPoint(scene),
  ],

  cancel: ({ campaign }) => {
    const { live, following, parked, over } = counts(campaign)
    return [
      calledOffPoint(campaign),
      ...liveCallPoint(live, '; nothing comes after that'),
      ...dialerPoint(campaign),
      ...(following === 0
        ? []
        : [say(`Texts and pixels that are planned for ${counted(following, 'lead')} are not sent.`)]),
      ...(parked === 0
        ? []
        : [say(`${counted(parked, 'lead waits', 'leads wait')} for a decision as before; nothing comes after it.`)]),
      say(
        `What has happened stays as it is${over === 0 ? '' : `, with ${counted(over, 'lead that is', 'leads that are')} through`}, and can be exported.`,
      ),
      say('It takes no more leads and cannot be started again. This cannot be undone.'),
    ]
  },
}

function calledOffPoint(campaign: CampaignGlance): Phrase {
  const left = waiting(campaign)
  if (campaign.mode === 'handover') {
    return say(
      left === 0
        ? 'No lead waits to be handed over: none is called off.'
        : `${counted(left, 'lead that has', 'leads that have')} not been handed over yet ${left === 1 ? 'is' : 'are'} not handed over any more.`,
    )
  }
  return say(
    left === 0
      ? 'No call is planned: none is called off.'
      : `${counted(left, 'lead is', 'leads are')} not called any more: what was planned for them is called off.`,
  )
}

/** The vendor's own dialer cannot be told to stop. */
function dialerPoint(campaign: CampaignGlance): Phrase[] {
  if (campaign.mode === 'dial') return []
  const dialer = `${providerName(campaign.provider)}'s own dialer`
  const withDialer = Math.max(0, counts(campaign).scheduled - waiting(campaign))
  return [
    say(
      withDialer === 0
        ? `Leads that ${dialer} has already are called by it all the same: there is no way to take them back.`
        : `${counted(withDialer, 'lead is', 'leads are')} with ${dialer} and may be called by it all the same: there is no way to take ${withDialer === 1 ? 'it' : 'them'} back.`,
    ),
  ]
}

/** What it means for those who wait that calls may begin. */
function callingPoints({ campaign, rules, ahead }: MoveScene): Phrase[] {
  const scheduled = waiting(campaign)
  if (campaign.mode === 'handover') {
    const dialer = `${providerName(campaign.provider)}'s own dialer, which calls them in its own hours`
    const whom = scheduled === 0 ? 'Leads that come in are' : counted(scheduled, 'lead is', 'leads are')
    return [...allPausedPoint(campaign), say(`${whom} handed over to ${dialer}.`), ...forecastPoint(ahead)]
  }
  const { callsPerSecond: rate, maxLive } = rules.dial.pace
  const pace = `${rate >= 1 ? `up to ${counted(rate, 'new call')} a second` : `a new call every ${longSpan(1000 / rate)}`}, at most ${counted(maxLive, 'live call')} at the same moment`
  const held = allPausedPoint(campaign)
  if (scheduled === 0)
    return [...held, say(`No lead waits. Those that come in are called without a further question: ${pace}.`)]
  return [
    ...held,
    say(`${counted(scheduled, 'lead waits', 'leads wait')}. They are called as the calling hours allow: ${pace}.`),
    ...forecastPoint(ahead),
  ]
}

function allPausedPoint({ allPaused }: CampaignGlance): Phrase[] {
  return allPaused === true ? [say('Everything is paused: no call begins before everything goes on.')] : []
}

function forecastPoint({ known }: HoursAhead): Phrase[] {
  if (known === undefined) return []
  const { mode, at, dialableNow, laterByHour, blocked } = known
  const later = laterByHour.reduce((sum, { count }) => sum + count, 0)
  const never = Object.values(blocked).reduce((sum, count) => sum + count, 0)
  const told = [
    ...(dialableNow > 0
      ? [`${dialableNow.toLocaleString('en-US')} may be ${mode === 'handover' ? 'handed over' : 'called'} right away`]
      : []),
    ...(later > 0 ? [`${later.toLocaleString('en-US')} at a later hour`] : []),
    ...(never > 0 ? [`${never.toLocaleString('en-US')} not at all`] : []),
  ]
  return told.length === 0 ? [] : [say('As worked out at ', Date.parse(at), `: ${listed(told)}.`)]
}

function realPoint({ campaign, rules }: MoveScene): Phrase {
  if (!campaign.test) return say('Real people are called.')
  const isTexting = rules.followUps.some(({ act }) => act.kind === 'sms')
  const texts = isTexting ? ' Its texts are sent for real: rehearse with numbers of your own.' : ''
  return say(`This is a test campaign: its calls are marked as tests.${texts}`)
}

/** Calls are never cut off. `after` ends the sentence: what comes of them. */
export function liveCallPoint(live: number, after = ''): Phrase[] {
  if (live === 0) return []
  const followed =
    live === 1 ? 'It is not cut off, but followed to its end' : 'They are not cut off, but followed to their end'
  return [say(`${counted(live, 'call is', 'calls are')} going on. ${followed}${after}.`)]
}

const whoWait = (scheduled: number) =>
  scheduled === 0 ? 'nobody waits now, and whoever comes in waits' : `${counted(scheduled, 'lead waits', 'leads wait')}`

/** Leads whose first act is still to come from here: those that the vendor's own dialer has wait for that one. */
export const waiting = (campaign: CampaignGlance) => campaign.notHandedOver ?? counts(campaign).scheduled

/** Leads by what they wait for. */
export function counts({ progress }: CampaignGlance) {
  const of = (state: string) => progress[state] ?? 0
  return {
    scheduled: of('scheduled'),
    live: of('dialing') + of('in_call'),
    following: of('following_up'),
    parked: of('parked'),
    over: of('done') + of('stopped'),
  }
}
