import { pipeline } from 'node:stream/promises'
import { plainLines } from './plain-text.ts'
import type { Screen } from './screen.ts'

/** Content straight on, byte for byte; a terminal must not obey what stands in it. */
export async function printBytes({ isTerminal, stream }: Screen, content: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(isTerminal ? harmless(content) : content, stream, { end: false })
}

async function* harmless(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const chunk of content) {
    yield plainLines(decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n'))
  }
}
