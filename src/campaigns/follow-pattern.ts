import { type Node, readPattern } from './pattern-graph.ts'

type Look = Extract<Node, { kind: 'look' }>
type Edge = Extract<Node, { kind: 'edge' }>['edge']

/**
 * Makes a test for a text that takes at most as long as the text has characters times the pattern has steps: each step is
 * taken once from each place, where an engine that goes back and forth may do so for ever.
 * @throws PatternFault where the pattern cannot be followed like that, with the reason
 */
export function followPattern(source: string): (text: string) => boolean {
  const { nodes, start } = readPattern(source)
  const before = stepsBefore(nodes)
  return text => new Walk(nodes, before, text).isFoundFrom(start)
}

/** For each step those that it may follow. */
function stepsBefore(nodes: readonly Node[]): number[][] {
  const before: number[][] = nodes.map(() => [])
  for (const [index, node] of nodes.entries()) {
    if (node.kind === 'found') continue
    for (const next of node.kind === 'fork' ? node.next : [node.next]) before[next]?.push(index)
  }
  return before
}

/** A pattern on its way through one text. A step and a place of the text, which lies between two characters, make a spot. */
class Walk {
  readonly #nodes: readonly Node[]
  readonly #before: readonly number[][]
  readonly #text: string
  /** Spots of a look from which its end can be reached. */
  readonly #seen = new Map<Look, Spots>()

  constructor(nodes: readonly Node[], before: readonly number[][], text: string) {
    this.#nodes = nodes
    this.#before = before
    this.#text = text
  }

  isFoundFrom(start: number): boolean {
    const spots = new Spots(this.#nodes.length, this.#text.length + 1)
    for (let place = 0; place <= this.#text.length; place += 1) {
      spots.add(start, place)
      for (let spot = spots.take(); spot !== undefined; spot = spots.take()) {
        const node = this.#nodes[spots.stepOf(spot)]
        const at = spots.placeOf(spot)
        if (node === undefined || node.kind === 'found') return node !== undefined
        if (node.kind === 'fork') for (const next of node.next) spots.add(next, at)
        else if (this.#isPassed(node, at, 1)) spots.add(node.next, node.kind === 'take' ? at + 1 : at)
      }
    }
    return false
  }

  /** Whether a step can be made from a place. */
  #isPassed(node: Exclude<Node, { kind: 'fork' | 'found' }>, place: number, direction: 1 | -1): boolean {
    if (node.kind === 'edge') return this.#isEdge(node.edge, place)
    if (node.kind === 'look') return this.#spotsOf(node).has(node.at, place) === node.isWanted
    const unit = this.#text[direction === 1 ? place : place - 1]
    return unit !== undefined && node.isTaken(unit)
  }

  /** Worked out for all places at once, from its end back to its beginning. */
  #spotsOf(look: Look): Spots {
    const known = this.#seen.get(look)
    if (known !== undefined) return known
    const direction = look.isBehind ? -1 : 1
    const spots = new Spots(this.#nodes.length, this.#text.length + 1)
    this.#seen.set(look, spots)
    for (let place = 0; place <= this.#text.length; place += 1) spots.add(look.end, place)
    for (let spot = spots.take(); spot !== undefined; spot = spots.take()) {
      const at = spots.placeOf(spot)
      for (const earlier of this.#before[spots.stepOf(spot)] ?? []) {
        const node = this.#nodes[earlier]
        if (node === undefined || node.kind === 'found') continue
        const from = node.kind === 'take' ? at - direction : at
        if (from < 0 || from > this.#text.length) continue
        if (node.kind === 'fork' || this.#isPassed(node, from, direction)) spots.add(earlier, from)
      }
    }
    return spots
  }

  #isEdge(edge: Edge, place: number): boolean {
    if (edge === 'start') return place === 0
    if (edge === 'end') return place === this.#text.length
    const isBorder = isWord(this.#text[place - 1]) !== isWord(this.#text[place])
    return isBorder === (edge === 'word')
  }
}

function isWord(unit: string | undefined): boolean {
  return unit !== undefined && /\w/.test(unit)
}

/** Spots that were come upon, a bit each, and those of them that are still to be looked at. */
class Spots {
  readonly #places: number
  readonly #known: Uint8Array
  readonly #open: number[] = []

  constructor(steps: number, places: number) {
    this.#places = places
    this.#known = new Uint8Array(((steps * places) >> 3) + 1)
  }

  has(step: number, place: number): boolean {
    const spot = step * this.#places + place
    return ((this.#known[spot >> 3] ?? 0) & (1 << (spot & 7))) !== 0
  }

  /** Adding one again changes nothing. */
  add(step: number, place: number): void {
    if (this.has(step, place)) return
    const spot = step * this.#places + place
    this.#known[spot >> 3] = (this.#known[spot >> 3] ?? 0) | (1 << (spot & 7))
    this.#open.push(spot)
  }

  take(): number | undefined {
    return this.#open.pop()
  }

  stepOf(spot: number): number {
    return Math.floor(spot / this.#places)
  }

  placeOf(spot: number): number {
    return spot % this.#places
  }
}
