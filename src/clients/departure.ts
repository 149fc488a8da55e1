import http, { type ClientRequest, type RequestOptions as NativeOptions } from 'node:http'
import https from 'node:https'

/** What is known for certain about one request on the wire, seen from the socket and not guessed from error codes. */
export interface Departure {
  /**
   * A byte of the request may have reached the other side. False is a proof: no request was made, or its connection
   * (with TLS, its handshake) never stood. A connection that was kept alive counts as left at once, because a reset
   * cannot tell whether the bytes arrived before it.
   */
  readonly left: boolean
  /** Status and headers, as soon as they arrived; the body may still fail. */
  readonly status: number | undefined
  readonly headers: Readonly<http.IncomingHttpHeaders>
  /** Opens the request; the only way it can leave. */
  open(url: URL, options: NativeOptions): ClientRequest
}

/**
 * got destroys every request once its answer has been read, also one whose body it has written and not yet ended: on a
 * busy machine every fifth. The connection goes with it, and the next request needs a new one, with a handshake of its
 * own. A request of which every byte has left, and whose answer is whole, is ended instead.
 */
function keepSocket(request: ClientRequest): void {
  const { write, destroy } = request
  let sent = 0
  let answer: http.IncomingMessage | undefined
  request.write = (chunk: string | Buffer, ...rest: unknown[]) => {
    sent += Buffer.byteLength(chunk)
    return Reflect.apply(write, request, [chunk, ...rest])
  }
  request.once('response', response => {
    answer = response
  })
  request.destroy = error => {
    const isSent = request.writableEnded || sent === Number(request.getHeader('content-length'))
    if (error !== undefined || answer?.complete !== true || !isSent) return destroy.call(request, error)
    if (!request.writableEnded) request.end()
    return request
  }
}

/** A watched departure for exactly one request. */
export function createDeparture(): Departure {
  let left = false
  let status: number | undefined
  let headers: http.IncomingHttpHeaders = {}

  return {
    get left() {
      return left
    },
    get status() {
      return status
    },
    get headers() {
      return headers
    },
    open(url, options) {
      const encrypted = url.protocol === 'https:'
      const request = (encrypted ? https : http).request(url, options)
      keepSocket(request)
      request.once('socket', socket => {
        if (socket.connecting) {
          socket.once(encrypted ? 'secureConnect' : 'connect', () => {
            left = true
          })
        } else {
          // Only a resolver that fails at once can end a new connection before anyone sees it.
          left = request.reusedSocket || !socket.destroyed
        }
      })
      // prependOnce: the status must be known before anyone can act on the response and fail.
      request.prependOnceListener('response', response => {
        left = true
        status = response.statusCode
        headers = response.headers
      })
      return request
    },
  }
}
