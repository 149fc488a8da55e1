import type { Hours } from './campaign.ts'
import { parseHours } from './hours.ts'

/** What a US state asks of calls that sell, beyond the federal rules. */
export interface StateRule {
  /** Calling hours, local to the person who is called. */
  hours: Hours
  /** Calls to one person in any 24 hours. */
  maxPer24h?: number
  /** NANP area codes of the state, overlays included. */
  areaCodes: readonly number[]
  /** Where the rule was read; tables of vendors are secondary sources. */
  source: string
}

const EVERY_DAY = 'mon-sun'
const TABLE = 'https://www.dropcowboy.com/state-compliance'

/**
 * State rules that are stricter than the federal 8 am to 9 pm. This is engineering, not legal advice: laws change, some
 * sources are vendors' tables, and whoever calls has to confirm them with counsel. States that are not here have no rule
 * of their own that is known to this table.
 */
export const usStates: Readonly<Record<string, StateRule>> = {
  AL: {
    hours: parseHours({ 'mon-sat': '08:00-20:00' }),
    areaCodes: [205, 251, 256, 334, 659, 938],
    source: TABLE,
  },
  CT: { hours: parseHours({ [EVERY_DAY]: '09:00-20:00' }), areaCodes: [203, 475, 860, 959], source: TABLE },
  FL: {
    hours: parseHours({ [EVERY_DAY]: '08:00-20:00' }),
    maxPer24h: 3,
    areaCodes: [
      239, 305, 321, 324, 352, 386, 407, 448, 561, 645, 656, 689, 727, 728, 754, 772, 786, 813, 850, 863, 904, 941, 954,
    ],
    source: 'Fla. Stat. 501.616(6), https://flsenate.gov/Session/Bill/2021/1120/BillText/er/HTML',
  },
  KY: { hours: parseHours({ [EVERY_DAY]: '10:00-21:00' }), areaCodes: [270, 364, 502, 606, 859], source: TABLE },
  LA: { hours: parseHours({ 'mon-sat': '08:00-20:00' }), areaCodes: [225, 318, 337, 457, 504, 985], source: TABLE },
  MA: {
    hours: parseHours({ [EVERY_DAY]: '08:00-20:00' }),
    areaCodes: [339, 351, 413, 508, 617, 774, 781, 857, 978],
    source: TABLE,
  },
  MD: {
    hours: parseHours({ [EVERY_DAY]: '08:00-20:00' }),
    maxPer24h: 3,
    areaCodes: [227, 240, 301, 410, 443, 667],
    source: 'https://www.wmar2news.com/local/law-to-prevent-spam-calls-takes-effect-first-of-the-year',
  },
  MI: {
    hours: parseHours({ [EVERY_DAY]: '09:00-21:00' }),
    areaCodes: [231, 248, 269, 313, 517, 586, 616, 679, 734, 810, 906, 947, 989],
    source: TABLE,
  },
  MN: {
    hours: parseHours({ [EVERY_DAY]: '09:00-21:00' }),
    areaCodes: [218, 320, 507, 612, 651, 763, 924, 952],
    source: TABLE,
  },
  MS: { hours: parseHours({ [EVERY_DAY]: '08:00-20:00' }), areaCodes: [228, 471, 601, 662, 769], source: TABLE },
  NM: { hours: parseHours({ [EVERY_DAY]: '09:00-21:00' }), areaCodes: [505, 575], source: TABLE },
  NV: { hours: parseHours({ [EVERY_DAY]: '09:00-20:00' }), areaCodes: [702, 725, 775], source: TABLE },
  OK: {
    hours: parseHours({ [EVERY_DAY]: '08:00-20:00' }),
    maxPer24h: 3,
    areaCodes: [405, 539, 572, 580, 918],
    source: 'https://blog.clickpointsoftware.com/federal-and-local-call-time-and-date-compliance',
  },
  RI: { hours: parseHours({ [EVERY_DAY]: '09:00-18:00' }), areaCodes: [401], source: TABLE },
  TX: {
    hours: parseHours({ 'mon-sat': '09:00-21:00', sun: '12:00-21:00' }),
    areaCodes: [
      210, 214, 254, 281, 325, 346, 361, 409, 430, 432, 469, 512, 621, 682, 713, 726, 737, 806, 817, 830, 832, 903, 915,
      936, 940, 945, 956, 972, 979,
    ],
    source: 'SB 140 (2025), https://production.jdsupra.com/legalnews/amended-texas-mini-tcpa-will-go-into-3234421',
  },
  WA: {
    hours: parseHours({ [EVERY_DAY]: '08:00-20:00' }),
    areaCodes: [206, 253, 360, 425, 509, 564],
    source:
      'https://www.dinsmore.com/publications/more-states-adding-tougher-telephone-consumer-protection-act-statutes/',
  },
}

const byAreaCode: ReadonlyMap<string, StateRule> = new Map(
  Object.values(usStates).flatMap(rule => rule.areaCodes.map(code => [String(code), rule] as const)),
)

/**
 * The rule of the state that a number's area code stands for. People keep their numbers when they move, so this is a
 * guess about where they are; it can only make a campaign stricter.
 * @param phone E.164
 */
export function stateRuleOf(phone: string): StateRule | undefined {
  const areaCode = /^\+1([2-9]\d{2})\d{7}$/.exec(phone)?.[1]
  return areaCode === undefined ? undefined : byAreaCode.get(areaCode)
}
