/** Whether the word `stop` in a clause asks to be left alone, or is one of its many other uses. English. */

const set = (...lists: string[]): ReadonlySet<string> => new Set(lists.flatMap(list => list.split(' ')))

/** STOP itself, stuttered, or run together with what it asks for. */
const STOP =
  /^st(?:[o0]|o{3,})p+(?<more>(?:2|to)?(?:end|quit|stop|cancel|all|now|it|this|text(?:s|ing)?|call(?:s|ing)?|messag(?:es?|ing)|please|pls|msgs?|sms))?$/

/** What somebody who writes to us wants to have stopped. */
const ours = set(
  'text texts texting txt txts txting message messages messaging msg msgs msging sms call calls calling phone phoning',
  'ring ringing contact contacting contacts email emails emailing mail mailing send sending spam spamming bother bothering',
  'harass harassing harassment bug bugging annoy annoying notification notifications alert alerts reminder reminders',
  'communication communications communicating solicit soliciting solicitation solicitations marketing advertising ads',
  'promos offers request requests application process service services quote quotes inquiry subscription everything',
  'it this that these those them me us please pls plz now asap immediately today bs crap shit nonsense madness',
  'reaching blowing hitting trying receiving getting asking lying wasting',
)
/** May stand between `stop` and what is to stop. */
const fillers = set(
  'the your ur with all of any more further from to fucking fuckin damn over so always constantly kindly ever these those this that',
)
const MAX_FILLERS = 4

/** `the bus stop`, `our next stop`. */
const kindsOfStop = set('bus truck pit next last first final one full non every short rest gas train metro subway door')
/** `stop by`, `stop sign`. */
const afterOther = set('by in off light lights sign signs watch gap motion loss sale')
const places = set('at for on near here there along')
const negations = set('cant cannot wont doesnt dont didnt couldnt wouldnt isnt hasnt not never')
/** Somebody does it, or wants it done: what follows is told, not asked of us. */
const tellers = set(
  'i ill id im ive we well wed were he she they it can could will would may might must should to gonna lets someone',
  'somebody anyone did does do when how help helps and',
)
const ownThings = set('the a an my our his her their its water leak leaks leaking rain raining mold traffic')

export function isStopMeant(words: readonly string[]): boolean {
  return words.some((word, at) => {
    const found = STOP.exec(word)
    return found !== null && (found.groups?.['more'] !== undefined || isMeantAt(words, at))
  })
}

function isMeantAt(words: readonly string[], at: number): boolean {
  const before = words.slice(Math.max(0, at - 3), at)
  const last = before.at(-1) ?? ''
  const isToldOf = before.some(word => tellers.has(word))
  const isNegated = before.slice(-2).some(word => negations.has(word))
  const [next, afterNext] = [words[at + 1], words[at + 2]]
  if (kindsOfStop.has(last)) return false
  if ((last === 'a' || last === 'the') && next !== 'to') return false
  if (next === undefined) return !isNegated
  if (afterOther.has(next)) return false
  if (next === 'over' && !ours.has(afterNext ?? '')) return false
  if (places.has(next)) return afterNext === 'once' || !isToldOf
  if (ours.has(objectOf(words, at) ?? '')) return true
  if (isNegated) return false
  if (ownThings.has(next) || next.endsWith('ing')) return !isToldOf
  return true
}

/** What is to stop: the first word behind `stop` that says something; a `this` that stands alone is it. */
function objectOf(words: readonly string[], at: number): string | undefined {
  const behind = words.slice(at + 1, at + 2 + MAX_FILLERS)
  return behind.find(word => !fillers.has(word)) ?? behind.at(-1)
}
