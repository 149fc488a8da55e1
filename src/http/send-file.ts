import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'

/** Answers with a file to be saved, written as fast as it is read. Rejects when it had to be cut off half-way. */
export async function sendFile(
  response: Response,
  file: { name: string; type: string; text: AsyncIterable<string> },
): Promise<void> {
  response.attachment(file.name)
  response.set({ 'Content-Type': file.type, 'Cache-Control': 'no-store' })
  await pipeline(Readable.from(file.text, { objectMode: true, highWaterMark: 1 }), response)
}

export const CSV = 'text/csv; charset=utf-8'
export const NDJSON = 'application/x-ndjson; charset=utf-8'
