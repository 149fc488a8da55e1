import type { z } from 'zod'

/** Somebody who does not answer within this is as good as away: a person waits. */
export const PATIENCE_MS = 5_000

/** No answer that is looked at here is longer. */
const MAX_ANSWER_BYTES = 100_000

export type Asked<T> = { status: number; body: T | undefined } | { failed: string }

/**
 * Asks an address once.
 * @returns the status, with the body where it fits; or why nobody answered
 */
export async function ask<T>(url: string, schema: z.ZodType<T>): Promise<Asked<T>> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
    const { success, data } = schema.safeParse(await readJson(response))
    return { status: response.status, body: success ? data : undefined }
  } catch (error) {
    return { failed: whyOf(error) }
  }
}

async function readJson(response: Response): Promise<unknown> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_ANSWER_BYTES) return undefined
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** fetch hides what happened behind `TypeError: fetch failed`. */
function whyOf(error: unknown): string {
  const { name, message, cause } = error as { name?: string; message?: string; cause?: unknown }
  if (name === 'TimeoutError') return `no answer in ${PATIENCE_MS / 1000} s`
  const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string }
  return code ?? inner ?? message ?? String(error)
}
