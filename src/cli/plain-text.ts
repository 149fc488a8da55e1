/** Directions of writing that a text can force upon what stands beside it. */
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/**
 * Text that came from outside as one harmless line: a terminal obeys control characters, whoever wrote them.
 * Line breaks and tabs become spaces, other control characters show as `�`.
 */
export function plainText(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(/\p{Cc}/gu, '\ufffd')
    .replace(DIRECTIONS, '\ufffd')
}

/** The same for text whose lines stay lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n')
}

/** JSON of the same value that a terminal shows as it is: what JSON lets stand but a terminal obeys is escaped. */
export function plainJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
