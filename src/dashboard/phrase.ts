/** A sentence with instants in it: they are shown in the reader's own zone, so they cannot be plain text. */
export type Phrase = readonly PhrasePart[]

export type PhrasePart = { text: string } | { at: string }

/** `say('Due at ', 1764580000000, '.')`: texts as they are, numbers as instants (ms). */
export function say(...parts: readonly (string | number)[]): Phrase {
  return parts.map(part => (typeof part === 'string' ? { text: part } : { at: new Date(part).toISOString() }))
}

/** The phrase as one text, instants in ISO 8601. */
export function plainText(phrase: Phrase): string {
  return phrase.map(part => ('text' in part ? part.text : part.at)).join('')
}
