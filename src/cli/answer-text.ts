import { Failure } from './failure.ts'

/** A thousand journeys with long histories are a tenth of it. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** The whole of an answer. */
export async function readAnswer(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Failure(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
