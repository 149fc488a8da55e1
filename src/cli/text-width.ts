const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** What terminals draw two columns wide: emoji, and the scripts of East Asia (Unicode Standard Annex 11). */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u

const ASCII = /^[\x20-\x7e]*$/

/** Columns that a text takes on a terminal. The text holds neither control characters nor styles. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const { segment } of letters.segment(text)) width += widthOfLetter(segment)
  return width
}

/** The text in at most `width` columns; one that is cut ends in `…`. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let cut = ''
  let left = width - 1
  for (const { segment } of letters.segment(text)) {
    left -= widthOfLetter(segment)
    if (left < 0) break
    cut += segment
  }
  return `${cut}…`
}

function widthOfLetter(letter: string): number {
  return WIDE.test(letter) ? 2 : 1
}
