import type { Effect, EffectError } from './journey.ts'

/** Long enough to tell what went wrong, short enough for a line of a list. */
const MAX_CAUSE = 160

/** No message of ours is longer; what stands behind it is not read. */
const MAX_READ = 600

/** Stands for whatever differs from one effect to the next. */
const DIFFERS = '…'

/** The cause of failures beyond the many that a shard tells apart. */
export const OTHER_CAUSE = 'Something else: more causes than are told apart'

/**
 * What went wrong, the same for all that went wrong alike: status, code and words of the vendor, with whatever names one
 * lead, one request or one moment left out.
 * @param known what is known to belong to this lead alone: ids, names, numbers
 */
export function causeOf(
  error: Pick<EffectError, 'code' | 'message' | 'status'>,
  known: readonly string[] = [],
): string {
  const { code, message, status } = error
  const head = [status, code].filter(part => part !== undefined && part !== '').join(' ')
  const words = alike(ownWords(message, code), known)
  return cut(words === '' ? head : head === '' ? words : `${head}: ${words}`)
}

/** `POST /pixels/fire answered 400: CODE: the words` without what the head of a cause says already. */
function ownWords(message: string, code: string): string {
  const spoken = message.slice(0, MAX_READ).replace(/^[A-Z]+ \/\S*(?: answered \d{3})?: /, '')
  return spoken.startsWith(code) ? spoken.slice(code.length).replace(/^: /, '') : spoken
}

/** A text without what differs. Texts that differ in nothing else become equal. */
export function alike(text: string, known: readonly string[] = []): string {
  let same = text.slice(0, MAX_READ).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
  for (const value of [...known].sort((a, b) => b.length - a.length)) same = withoutKnown(same, value)
  for (const pattern of patterns) same = same.replace(pattern, DIFFERS)
  return same.replace(/\s+/g, ' ').trim()
}

/** Shorter values are too common as parts of other words. */
const MIN_KNOWN = 3

function withoutKnown(text: string, value: string): string {
  if (value.trim().length < MIN_KNOWN) return text
  const escaped = value.trim().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu'), DIFFERS)
}

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'
const WEEKDAY = '(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?'
const OF_TIMES = `(?:am|pm|gmt|utc|est|edt|cst|cdt|mst|mdt|pst|pdt|${WEEKDAY},?)`

/** In this order: quotes before what stands in them, dates before their digits, and last what is left beside them. */
const patterns: readonly RegExp[] = [
  /"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|`[^`]*`|(?<![\p{L}\p{N}])['‘][^'’]*['’](?![\p{L}\p{N}])/gu,
  /\[(?:number|email|secret|private)\]/g,
  /\bhttps?:\/\/\S+/gi,
  /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}.-]+/gu,
  new RegExp(`(?:\\b${WEEKDAY},? )?\\d{1,2}(?:st|nd|rd|th)?[ .-]${MONTH}\\b\\.?(?:[ ,-]+\\d{2,4})?`, 'gi'),
  new RegExp(`(?:\\b${WEEKDAY},? )?\\b${MONTH}\\.? \\d{1,2}(?:st|nd|rd|th)?\\b(?:,? \\d{4})?`, 'gi'),
  // Whatever has a digit in it: ids, numbers, amounts, times.
  /[+#$€£(]*[\p{L}\p{N}_]?[\p{L}\p{N}_.:/@%+~$()#-]*\p{N}[\p{L}\p{N}_:/@%+~$()#-]*(?:[.,][\p{L}\p{N}_:/@%+~$#-]+)*/gu,
  // A run of letters that no language would write: a random name.
  /(?<![\p{L}_])[A-Za-z]+_[A-Za-z]*(?:[a-z][A-Z]|[A-Z][a-z]*[A-Z])[A-Za-z]{2,}(?![\p{L}_])/gu,
  // Several of them beside each other are as good as one.
  new RegExp(`(?:\\b${OF_TIMES}[ ,]*)*${DIFFERS}(?:[\\s,;/|&+-]*(?:and )?(?:${DIFFERS}|${OF_TIMES}\\b))*`, 'gi'),
]

function cut(text: string): string {
  const letters = [...text]
  return letters.length > MAX_CAUSE ? `${letters.slice(0, MAX_CAUSE - 1).join('')}…` : text
}

/** What went wrong with an effect, and the kind of error that it was. */
export function whyFailed(effect: Effect, known: readonly string[]): { cause: string; class: string } {
  const { state, error, why = '' } = effect
  // A step that could not be done was put before a person with its error's own name.
  const [, bug, words] = (state === 'parked' ? /^(\w*Error): (.*)$/s.exec(why) : null) ?? []
  if (bug !== undefined) return { cause: causeOf({ code: '', message: words ?? '' }, known), class: bug }
  const cause = error === undefined ? cut(alike(why, known)) : causeOf(error, known)
  const kind = state === 'expired' ? 'ExpiredError' : (error?.class ?? 'UnknownOutcomeError')
  return { cause: cause === '' ? 'Nobody knows what became of it' : cause, class: kind }
}
