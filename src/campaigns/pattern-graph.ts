/**
 * Reads a regular expression, as JavaScript writes it without flags but `i`, into a graph of single steps. What a step
 * takes is left to the language itself, one character at a time; only how steps follow each other is worked out here, so
 * that a pattern can be followed in a time that does not explode.
 */

/** One step; `next` are the places of the steps that may follow. */
export type Node =
  | { kind: 'take'; isTaken: (unit: string) => boolean; next: number }
  | { kind: 'fork'; next: number[] }
  | { kind: 'edge'; edge: 'start' | 'end' | 'word' | 'inside'; next: number }
  /** `at` is where the looking begins, `end` what it has to come to. */
  | { kind: 'look'; at: number; end: number; isBehind: boolean; isWanted: boolean; next: number }
  | { kind: 'found' }

/** Steps of one pattern. A repeat that is counted, as `{3,9}`, takes its part so many times. */
const MAX_NODES = 500

/** A pattern that cannot be followed without going back and forth, or that is too large. */
export class PatternFault extends Error {}

/** Builds its steps in front of those that follow. Behind the point where a look back begins they stand in reverse. */
type Part = (next: number, isBehind: boolean) => number

/**
 * @returns the steps and the place of the first one
 * @throws PatternFault with the reason
 */
export function readPattern(source: string): { nodes: readonly Node[]; start: number } {
  const nodes: Node[] = []
  const put = (node: Node): number => {
    if (nodes.length >= MAX_NODES) throw new PatternFault('repeats too much: write smaller numbers in {…}')
    return nodes.push(node) - 1
  }
  let at = 0
  const ahead = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(source) ?? undefined
  }

  function alternatives(): Part {
    const parts = [sequence()]
    while (source[at] === '|') {
      at += 1
      parts.push(sequence())
    }
    const [only] = parts
    if (parts.length === 1 && only !== undefined) return only
    return (next, isBehind) => put({ kind: 'fork', next: parts.map(part => part(next, isBehind)) })
  }

  function sequence(): Part {
    const parts: Part[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(single()))
    return (next, isBehind) =>
      (isBehind ? parts : parts.toReversed()).reduce((after, part) => part(after, isBehind), next)
  }

  function repeated(part: Part): Part {
    const [mark, least, comma, most] = ahead(/[*+?]\??|\{(\d+)(,(\d*))?\}\??/y) ?? []
    if (mark === undefined) return part
    at += mark.length
    if (mark.startsWith('*')) return times(part, 0)
    if (mark.startsWith('+')) return times(part, 1)
    if (mark.startsWith('?')) return times(part, 0, 1)
    const from = Number(least)
    return times(part, from, comma === undefined ? from : most === '' ? undefined : Number(most))
  }

  function times(part: Part, least: number, most?: number): Part {
    return (next, isBehind) => {
      let first = next
      let due = least
      if (most === undefined) {
        const ways = [next]
        const loop = put({ kind: 'fork', next: ways })
        const body = part(loop, isBehind)
        ways.push(body)
        // What must come at least once comes once by entering the loop behind its way out.
        first = least === 0 ? loop : body
        due = Math.max(0, least - 1)
      }
      for (let count = least; count < (most ?? least); count += 1) {
        first = put({ kind: 'fork', next: [next, part(first, isBehind)] })
      }
      for (let count = 0; count < due; count += 1) {
        const before = nodes.length
        first = part(first, isBehind)
        // Nothing, however often.
        if (nodes.length === before) break
      }
      return first
    }
  }

  function single(): Part {
    const look = ahead(/\(\?(<?)([=!])/y)
    if (look !== undefined) return looked(look[0], look[1] === '<', look[2] === '=')
    const group = ahead(/\((?:\?:|\?<[^>=!][^>]*>)?/y)
    if (group !== undefined) {
      if (source[at + group[0].length] === '?' && group[0] === '(') {
        throw new PatternFault('switches its own flags, which cannot be followed: leave (?…) out')
      }
      return grouped(group[0])
    }
    const [edge] = ahead(/\^|\$|\\[bB]/y) ?? []
    if (edge !== undefined) {
      at += edge.length
      const kind = edges[edge] ?? 'start'
      return next => put({ kind: 'edge', edge: kind, next })
    }
    if (ahead(/\\(?:[1-9]|k<)/y)) {
      throw new PatternFault('refers back to what it has found, as \\1 does: write what is meant in its place')
    }
    return taken()
  }

  function grouped(opening: string): Part {
    at += opening.length
    const inner = alternatives()
    at += 1
    return inner
  }

  function looked(opening: string, isBehind: boolean, isWanted: boolean): Part {
    const inner = grouped(opening)
    return next => {
      const end = put({ kind: 'found' })
      return put({ kind: 'look', at: inner(end, isBehind), end, isBehind, isWanted, next })
    }
  }

  /** One character: an escape, a class, the dot, or itself, where `{` and its like stand for themselves too. */
  function taken(): Part {
    const [text = ''] =
      ahead(/\\(?:x[\da-f]{2}|u[\da-f]{4}|c[a-z]|(?=c)|0[0-7]{0,2}|.)|\[(?:\\.|[^\]\\])*\]|./isy) ?? []
    at += text.length
    const isTaken = takes(/^[{}\]\\]$/.test(text) ? `\\${text}` : text)
    return next => put({ kind: 'take', isTaken, next })
  }

  const whole = alternatives()
  return { start: whole(put({ kind: 'found' }), false), nodes }
}

const edges: Readonly<Record<string, 'start' | 'end' | 'word' | 'inside'>> = {
  '^': 'start',
  $: 'end',
  '\\b': 'word',
  '\\B': 'inside',
}

/** Whether the language takes this character for that part, remembered for those it was asked about. */
function takes(part: string): (unit: string) => boolean {
  const pattern = new RegExp(`^(?:${part})$`, 'i')
  const known = new Map<string, boolean>()
  return unit => {
    let answer = known.get(unit)
    if (answer === undefined) {
      answer = pattern.test(unit)
      known.set(unit, answer)
    }
    return answer
  }
}
