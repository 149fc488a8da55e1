import { STATUS_CODES } from 'node:http'
import type { Response } from 'express'

/** Answers with RFC 9457 problem details. */
export function sendProblem(
  response: Response,
  status: number,
  detail: string,
  more: Record<string, unknown> = {},
): void {
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more }))
}
