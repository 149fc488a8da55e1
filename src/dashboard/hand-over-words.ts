import { say } from './phrase.ts'
import type { Teller } from './timeline-words.ts'

/** Lines about a lead that the vendor's own dialer calls. */
export const handOverTellers: Record<string, Teller> = {
  'handover.done': facts => {
    const at = facts.instant('nextCallAt')
    return {
      tone: 'good',
      phrase: say(
        "The vendor's dialer took the lead",
        ...(at === undefined ? [] : [' and means to call at ', at]),
        '.',
      ),
      tells: ['nextCallAt'],
    }
  },
  'handover.assumed': () => ({
    tone: 'warn',
    phrase: say(
      "Nobody can tell whether the vendor's dialer has the lead. It is not handed over again; its calls are looked for as though it had been.",
    ),
    tells: [],
  }),
  'handover.not_taken_back': () => ({
    tone: 'warn',
    phrase: say(
      "The vendor's dialer may have the lead and still call: there is no way to take a lead back from it. What it does from here on is not followed.",
    ),
    tells: [],
  }),
  'call.other_campaign': facts => ({
    tone: 'info',
    phrase: say(
      `The vendor's dialer placed call ${facts.number('attempt') ?? ''} in the lead's own campaign there, ${facts.text('vendorCampaign') ?? 'another one'}, not in the one that the file names.`,
    ),
    tells: ['attempt', 'vendorCampaign'],
  }),
  'walk.without_hand_over': () => ({
    tone: 'warn',
    phrase: say("Nobody handed this lead over to the vendor's dialer, so its calls are looked for no more."),
    tells: [],
  }),
  'walk.ended': facts => ({
    phrase: say(
      `No call came after call ${facts.number('attempt') ?? ''} until the time of the campaign was over, so that was the last one.`,
    ),
    tells: ['attempt'],
  }),
}
