import { PayloadError } from '../../errors.ts'

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** So many first bytes are looked at to tell text from anything else. */
const HEAD_BYTES = 64 * 1024

/**
 * Passes a stream of bytes on without its byte order mark, after a look at its beginning.
 * @throws PayloadError for a file that is empty, is no text, or is text of another encoding than UTF-8
 */
export async function* textOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let seen = 0
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of body) {
    if (seen < HEAD_BYTES) refuseBinary(chunk.subarray(0, HEAD_BYTES - seen), seen === 0)
    seen += chunk.length
    if (start === undefined) {
      yield chunk
      continue
    }
    start = Buffer.concat([start, chunk])
    if (start.length < BOM.length) continue
    yield withoutBom(start)
    start = undefined
  }
  if (seen === 0) throw new PayloadError('the file is empty', { code: 'EMPTY_FILE' })
  if (start !== undefined) yield start
}

function withoutBom(start: Buffer): Buffer {
  return start.subarray(0, BOM.length).equals(BOM) ? start.subarray(BOM.length) : start
}

function refuseBinary(bytes: Buffer, isFirst: boolean): void {
  const mark = isFirst && bytes.length > 1 ? bytes.readUInt16BE(0) : 0
  if (mark === 0xfffe || mark === 0xfeff) {
    throw new PayloadError('the file is UTF-16: save it as CSV UTF-8', { code: 'NOT_UTF8' })
  }
  if (mark === 0x504b) {
    throw new PayloadError('the file is a spreadsheet or an archive: export it as CSV UTF-8', { code: 'NOT_TEXT' })
  }
  if (bytes.includes(0)) {
    throw new PayloadError('the file is no text: send CSV or NDJSON in UTF-8', { code: 'NOT_TEXT' })
  }
}
