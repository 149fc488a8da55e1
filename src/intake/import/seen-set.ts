/**
 * Which keyed hashes have been seen, at 16 to 32 bytes each: a dry run of a million rows stays small. Of the hash 52
 * bits are kept; among two million names one pair in some two thousand files is taken for the same.
 */
export class SeenSet {
  #slots = new Float64Array(1024)
  #count = 0

  /** `true` when it is new. @param hash hexadecimal, at least 13 digits */
  add(hash: string): boolean {
    // 0 marks a free slot.
    const value = Number.parseInt(hash.slice(0, 13), 16) + 1
    const isNew = put(this.#slots, value)
    if (isNew && ++this.#count * 2 > this.#slots.length) {
      const larger = new Float64Array(this.#slots.length * 2)
      for (const slot of this.#slots) if (slot !== 0) put(larger, slot)
      this.#slots = larger
    }
    return isNew
  }
}

function put(slots: Float64Array, value: number): boolean {
  let at = value % slots.length
  while (slots[at] !== 0) {
    if (slots[at] === value) return false
    at = (at + 1) % slots.length
  }
  slots[at] = value
  return true
}
