import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express'
import { sendProblem } from '../http/problem.ts'
import type { Receipt, Receiver } from './accept.ts'
import type { Source } from './source.ts'

/** The largest body that is taken. */
export const MAX_BODY_BYTES = 1_048_576

/** A sender that was asked to come again should not do so at once. */
const RETRY_AFTER_S = 5

/**
 * `POST /webhooks/:source`. Asked in this order: is there such a source, is it a POST, is it small enough, of a kind we
 * read, authentic, fit. No vendor is ever waited for here.
 */
export function createWebhookRouter(parts: { sources: ReadonlyMap<string, Source>; receiver: Receiver }): Router {
  const { sources, receiver } = parts
  const router = Router({ caseSensitive: true, strict: false })
  const readRaw = express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false })

  router.all('/:source', (request, response, next) => {
    if (!sources.has(request.params.source)) return sendProblem(response, 404, 'no such webhook source is configured')
    if (request.method !== 'POST') {
      response.set('Allow', 'POST')
      return sendProblem(response, 405, 'webhooks are sent with POST')
    }
    next()
  })

  router.post('/:source', readRaw, async (request, response) => {
    const source = sources.get(request.params.source as string) as Source
    const contentType = request.headers['content-type'] ?? ''
    if (!isJson(contentType))
      return sendProblem(response, 415, 'the body must be JSON (Content-Type: application/json)')
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const receipt = await receiver.receive(source, { headers: request.headersDistinct, contentType, raw })
    answer(response, source, receipt)
  })

  router.use(refuseBody)
  return router
}

function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)
}

function answer(response: Response, source: Source, receipt: Receipt): void {
  switch (receipt.result) {
    case 'accepted':
      response.status(202).json({ status: 'accepted', eventId: receipt.eventId })
      break
    case 'duplicate':
      response.status(200).json({ status: 'duplicate', eventId: receipt.eventId })
      break
    case 'unauthentic':
      // One answer whichever it was: signature, secret or time.
      sendProblem(response, 401, 'the request is not authentic')
      break
    case 'unfit':
      sendProblem(response, 400, receipt.fault)
      break
    case 'unavailable':
      response.set('Retry-After', String(RETRY_AFTER_S))
      sendProblem(response, source.busyStatus, 'the event cannot be stored now, send it again')
      break
  }
}

/** What reading the body can come to. */
const refuseBody: ErrorRequestHandler = (
  error: { status?: number; type?: string },
  request: Request,
  response,
  next,
) => {
  switch (error.type) {
    case 'entity.too.large':
      // The rest is not read: the connection cannot be used again.
      response.set('Connection', 'close')
      return sendProblem(response, 413, `the body is larger than ${MAX_BODY_BYTES} bytes`)
    case 'encoding.unsupported':
      return sendProblem(response, 415, 'the body must not be compressed')
    case 'request.aborted':
    case 'request.size.invalid':
      response.set('Connection', 'close')
      if (!request.destroyed) return sendProblem(response, 400, 'the body stopped half-way')
      return
    default:
      next(error)
  }
}
