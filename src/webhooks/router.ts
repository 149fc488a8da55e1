import { type ErrorRequestHandler, type Response, Router } from 'express'
import { sendProblem } from '../http/problem.ts'
import type { Receipt, Receiver } from './accept.ts'
import { readBody } from './read-body.ts'
import type { Reply, Source, Stored } from './source.ts'

/** The largest body that is taken. */
const MAX_BODY_BYTES = 1_048_576

/** A sender that was asked to come again should not do so at once. */
const RETRY_AFTER_S = 5

/**
 * `POST /webhooks/:source`, with a secret behind it where that is the sender's proof. Asked in this order: is there such a source, is it a POST, is it small enough, of a kind we
 * read, authentic, fit. No vendor is ever waited for here.
 */
export function createWebhookRouter(parts: { sources: ReadonlyMap<string, Source>; receiver: Receiver }): Router {
  const { sources, receiver } = parts
  const router = Router({ caseSensitive: true, strict: false })

  router.all(['/:source', '/:source/:secret'], async (request, response) => {
    const { source: name = '', secret } = request.params as { source?: string; secret?: string }
    const source = sources.get(name)
    const isThere = source !== undefined && (secret === undefined || source.hasPathSecret)
    if (!isThere) return sendProblem(response, 404, NO_SOURCE)
    if (request.method !== 'POST') {
      response.set('Allow', 'POST')
      return sendProblem(response, 405, 'webhooks are sent with POST')
    }
    const body = await readBody(request, MAX_BODY_BYTES)
    // The server has told the sender, if it still listens.
    if (body.result === 'cut_short') return
    if (body.result === 'too_large') {
      return sendProblem(response, 413, `the body is larger than ${MAX_BODY_BYTES} bytes`)
    }
    const { 'content-type': contentType = '', 'content-encoding': encoding = 'identity' } = request.headers
    if (!isJson(contentType) && !(source.takesForms && isForm(contentType))) {
      const form = source.takesForms ? ' or a form (application/x-www-form-urlencoded)' : ''
      return sendProblem(response, 415, `the body must be JSON (Content-Type: application/json)${form}`)
    }
    if (encoding.toLowerCase() !== 'identity') return sendProblem(response, 415, 'the body must not be compressed')
    const { headersDistinct: headers, originalUrl: target } = request
    const delivery = { headers, contentType, raw: body.raw, pathSecret: secret, target }
    answer(response, source, await receiver.receive(source, delivery))
  })

  router.use(refuseUnreadable)
  return router
}

const NO_SOURCE = 'no such webhook source is configured'

function isJson(contentType: string): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)
}

function isForm(contentType: string): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType)
}

function answer(response: Response, source: Source, receipt: Receipt): void {
  switch (receipt.result) {
    case 'accepted':
    case 'duplicate': {
      const { status, headers, body } = (source.reply ?? reply)({ status: receipt.result, eventId: receipt.eventId })
      response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
      break
    }
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

/** What a sender is told who wants nothing else. */
function reply(stored: Stored): Reply {
  const status = stored.status === 'accepted' ? 202 : 200
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(stored) }
}

/** A path that cannot be decoded (`/webhooks/%zz`) names no source. */
const refuseUnreadable: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
  if (error.status === 400 && !response.headersSent) sendProblem(response, 404, NO_SOURCE)
  else next(error)
}
