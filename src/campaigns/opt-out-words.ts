import { courtesies, fragments, keywords, likelyWords, phrases, signs } from './opt-out-vocabulary.ts'
import { isStopMeant } from './stop-in-sentence.ts'

/**
 * What a text of a lead says about being reached: `stop` is a keyword and nothing else, `stop_inferred` is meant so as
 * far as one can tell, and a person should look at it. `start` takes an opt-out back.
 */
export type Said = 'stop' | 'stop_inferred' | 'start'

/** Only these take an opt-out back, and only alone: YES is an answer to many questions. */
const starts: ReadonlySet<string> = new Set(['start', 'unstop'])

/** A text has 1,600 characters; several come together. Of more than this the beginning and the end are read. */
const MAX_READ = 10_000

/**
 * Reads a text as a carrier would, and then as a person would: a sentence that asks to stop counts, ordinary uses of the
 * words do not. In doubt it is an opt-out: a text that is not sent costs less than one that was not to be sent.
 */
export function readOptOut(text: string): Said | undefined {
  const bounded = text.length > MAX_READ ? `${text.slice(0, MAX_READ / 2)}\n${text.slice(-MAX_READ / 2)}` : text
  const own = withoutReactions(bounded)
  const lines = plain(own)
    .split(/[\r\n\u2028\u2029]+/)
    .map(wordsOf)
    .filter(words => words.length > 0)
  if (lines.length === 0) return signs.test(own) ? 'stop_inferred' : undefined
  // Texts that came soon after each other are handed on as the lines of one.
  if (lines.every(line => isOneOf(starts, line))) return 'start'
  if (lines.some(line => isOneOf(sure, line)) || isOneOf(sure, lines.flat())) return 'stop'
  return lines.some(line => isOneOf(likely, line)) || isMeant(own) ? 'stop_inferred' : undefined
}

const polite = new Set(courtesies)
const bare = (words: readonly string[]) => words.filter(word => !polite.has(word))

const sure = new Set(keywords.flatMap(both))
const likely = new Set(likelyWords.flatMap(both))
const parts = fragments.map(fragment => plain(fragment))

/** As words and as one word: `opt out`, `opt-out` and `o p t o u t` are the same. */
function both(words: string): string[] {
  const own = wordsOf(plain(words))
  return [own.join(' '), own.join('')]
}

/** Whether the words are one of these, perhaps said several times or letter by letter. */
function isOneOf(set: ReadonlySet<string>, words: readonly string[]): boolean {
  const [first = ''] = words
  if (words.length > 1 && words.every(word => word === first)) return set.has(first)
  const isSpelt = words.length > 2 && words.every(word => [...word].length === 1)
  return set.has(words.join(' ')) || (isSpelt && set.has(words.join('')))
}

function isMeant(text: string): boolean {
  const whole = plain(text)
  if (parts.some(part => whole.includes(part))) return true
  return whole.split(/[.!?;:,()[\]"“”«»\n\r\u2028\u2029。！？，、]+/u).some(clause => {
    const words = wordsOf(clause)
    const spaced = ` ${words.join(' ')} `
    const isKeyword = () => isOneOf(sure, bare(words))
    return isStopMeant(words) || isKeyword() || isToldNotTo(spaced) || phrases.some(phrase => phrase.test(spaced))
  })
}

const TOLD =
  /(?: (?<who>\S+))? (?:do not|dont|never|cant you not) (?:ever )?(?:please )?(?:text|txt|call|contact|message|msg|email|mail|phone|ring|bother|send|write|reach)(?<rest>(?: \S+){0,4})/g
const LATER = / (?:before|until|till|after|today|tonight|tomorrow|yet|between|during|while|now|early|late|at work) /
const SELF: ReadonlySet<string> = new Set(['i', 'we', 'he', 'she', 'it'])
const OTHERS: ReadonlySet<string> = new Set(['you', 'u', 'they', 'guys', 'people'])

/** `Don't call me`, but not `don't call before five`, `I don't text much` or `you never call back`. */
function isToldNotTo(clause: string): boolean {
  for (const { groups } of clause.matchAll(TOLD)) {
    const { who = '', rest = '' } = groups ?? {}
    if (SELF.has(who) || LATER.test(`${rest} `)) continue
    if (OTHERS.has(who) && / back(?: |$)/.test(rest)) continue
    return true
  }
  return false
}

/** Reactions quote the text they are about, and ours says how to opt out: `Liked “… Reply STOP to end”`. */
const REACTION =
  /^\P{L}{0,20}(?:loved|liked|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{1,40}? to|removed an? .{1,40}? from|to|le gust[oó]|le encant[oó]|se ri[oó] de|a aim[eé])\P{L}{0,5}[“"«].*[”"»]?\s*$/isu

function withoutReactions(text: string): string {
  return REACTION.test(text) ? '' : text
}

/** Letters that no decomposition takes to their plain one. */
const plainLetters: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'ae' }

/** Without case, accents, width, apostrophes and what nobody sees. */
function plain(text: string): string {
  return text
    .replace(/['’‘`´ʼ′]/g, '')
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\u115f\u1160]|(?![\n\r\t])\p{Cc}/gu, '')
    .toLowerCase()
    .replace(/[ıłøđßæ]/g, letter => plainLetters[letter] ?? letter)
}

/** A keyboard that was left in Russian for a letter or two: `ст` of `ѕтop` looks the same and is not. */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', с: 'c', е: 'e', о: 'o', р: 'p', х: 'x', у: 'y', і: 'i', ѕ: 's', к: 'k', м: 'm', т: 't', н: 'h', в: 'b' },
}

function wordsOf(text: string): string[] {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.map(word =>
    /[a-z]/.test(word) && /\p{Script=Cyrillic}/u.test(word)
      ? word.replace(/\p{Script=Cyrillic}/gu, letter => lookAlikes[letter] ?? letter)
      : word,
  )
}
