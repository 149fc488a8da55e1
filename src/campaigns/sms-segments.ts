import { SegmentedMessage } from 'sms-segments-calculator'

/** How a text goes over the air. Each segment is charged as a text of its own. */
export interface Segments {
  segments: number
  /** The alphabet: 160 characters fit one segment of GSM-7 and 70 one of UCS-2, and fewer where there are several. */
  encoding: 'GSM-7' | 'UCS-2'
}

/** Characters that take one place of GSM-7 each, in every standard: a text of nothing else is counted by its length. */
const PLAIN = /^[A-Za-z0-9 !"#%&'()*+,\-./:;<=>?@$_\n]*$/

/** Places of one segment, and of each of several, which give some up to say that they belong together (3GPP TS 23.040). */
const PLACES = { alone: 160, joined: 153 }

export function segmentsOf(text: string): Segments {
  if (PLAIN.test(text)) {
    const segments = text.length <= PLACES.alone ? 1 : Math.ceil(text.length / PLACES.joined)
    return { segments, encoding: 'GSM-7' }
  }
  const message = new SegmentedMessage(text)
  return { segments: message.segmentsCount, encoding: message.encodingName === 'GSM-7' ? 'GSM-7' : 'UCS-2' }
}

/** The characters that keep a text out of GSM-7, each once, in their order. One is enough. */
export function outsideGsm(text: string): string[] {
  const characters = new Set(new SegmentedMessage(text).graphemes)
  return [...characters].filter(character => segmentsOf(character).encoding === 'UCS-2')
}
