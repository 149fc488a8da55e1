import type { InteractionMessage } from './ports.ts'

/** Who speaks, by the word before the colon. */
const roles: Readonly<Record<string, string>> = { bot: 'agent', human: 'user' }

/**
 * A transcript as messages: it is one text whose lines begin with `bot:` or `human:`. A line without either goes on with
 * what was said before; what stands before the first is said by somebody unknown.
 */
export function messagesOf(transcript: string): InteractionMessage[] {
  const messages: InteractionMessage[] = []
  for (const line of transcript.split(/\r?\n/)) {
    const [, speaker, words = ''] = /^\s*(bot|human)\s*:(.*)$/i.exec(line) ?? []
    const last = messages.at(-1)
    if (speaker !== undefined) {
      messages.push({ role: roles[speaker.toLowerCase()] ?? 'unknown', text: words.trim() })
    } else if (line.trim() !== '') {
      if (last === undefined) messages.push({ role: 'unknown', text: line.trim() })
      else last.text = `${last.text}\n${line.trim()}`.trim()
    }
  }
  return messages
}
