import type { ErrorRequestHandler, Request, Response, Router } from 'express'
import type { FaultRule, Faults } from './faults.ts'
import type { RequestEntry, RequestLog } from './request-log.ts'
import type { Settings } from './settings.ts'

/** What a route answers: the status, and a body to be sent as JSON (or as it is, when it is a string). */
export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** How one vendor behaves at its door. */
export interface Manners {
  vendor: string
  /** In front of each route's name in the counts; the first vendor has none. */
  routePrefix: string
  /** Throws the vendor's own refusal when the caller may not come in. */
  authenticate(request: Request): void
  /** The leads a request is about, for faults that name one. */
  leadIdsOf(request: Request): readonly string[]
  /** The vendor's answer to an error thrown by a route; throws what it does not know. */
  refuse(error: unknown): Answer
  /** The vendor's error body for a status it was told to answer. */
  errorBody(status: number): unknown
}

export interface RouteSpec {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  path: string
  /** Commits the effect and says what to answer, in one synchronous go: what is committed is certain at every moment. */
  handle(request: Request): Answer
}

export interface GatewayOptions {
  settings: Settings
  faults: Faults
  requests: RequestLog
  now: () => number
}

export type Gateway = ReturnType<typeof createGateway>

/** The door that every vendor request passes: counts it, applies the fault that strikes it, commits, answers. */
export function createGateway({ settings, faults, requests, now }: GatewayOptions) {
  function serve(manners: Manners, name: string, spec: RouteSpec, request: Request, response: Response): void {
    const entry = requests.add(manners.vendor, `${manners.routePrefix}${name}`, now(), settings.current.requestLog)
    const commit = (): Answer => answerOf(manners, spec, request)
    const fault = faults.strike({
      method: request.method,
      path: pathOf(request),
      leadIds: () => manners.leadIdsOf(request),
    })
    if (fault === undefined) {
      send(response, commit(), entry)
    } else {
      entry.fault = fault.kind
      misbehave(fault, manners, commit, response, entry)
    }
  }

  function misbehave(rule: FaultRule, manners: Manners, commit: () => Answer, response: Response, entry: RequestEntry) {
    switch (rule.kind) {
      case 'reset_before':
        return void response.socket?.resetAndDestroy()
      case 'reset_after':
        commit()
        return void response.socket?.resetAndDestroy()
      case 'hang':
        if (rule.afterCommit === true) commit()
        return
      case 'slow':
        return answerLate(rule, commit, response, entry)
      case 'bad_json':
        return send(response, cutShort(rule.afterCommit === false ? { status: 200, body: {} } : commit()), entry)
      case 'status':
        if (rule.afterCommit === true) commit()
        return send(response, toldAnswer(rule, manners), entry)
    }
  }

  function answerLate(rule: FaultRule, commit: () => Answer, response: Response, entry: RequestEntry): void {
    const early = rule.afterCommit === true ? commit() : undefined
    setTimeout(() => send(response, early ?? commit(), entry), rule.delayMs ?? 1000).unref()
  }

  function send(response: Response, answer: Answer, entry: RequestEntry): void {
    if (response.destroyed) return
    entry.answeredAt = now()
    entry.status = answer.status
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...answer.headers,
    })
    response.end(text)
  }

  return {
    /** Adds a vendor's routes to its router; whatever fits none of them is answered as `unknown` says. */
    mount(router: Router, manners: Manners, routes: readonly RouteSpec[], unknown: (request: Request) => Answer): void {
      for (const spec of routes) {
        const name = `${spec.method.toUpperCase()} ${spec.path}`
        router[spec.method](spec.path, (request, response) => serve(manners, name, spec, request, response))
      }
      const spec: RouteSpec = { method: 'get', path: '', handle: unknown }
      router.use((request, response) => serve(manners, `${request.method} (unknown)`, spec, request, response))
      router.use(unreadable(manners))
    },
  }
}

/** A body that is too long or came only in part has not reached any route. */
function unreadable(manners: Manners): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const status: unknown = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined
    if (typeof status !== 'number') return next(error)
    response.status(status).json(manners.errorBody(status))
  }
}

function answerOf(manners: Manners, spec: RouteSpec, request: Request): Answer {
  try {
    manners.authenticate(request)
    return spec.handle(request)
  } catch (error) {
    return manners.refuse(error)
  }
}

function toldAnswer(rule: FaultRule, manners: Manners): Answer {
  const status = rule.status ?? 500
  const headers: Record<string, string> =
    rule.retryAfter === undefined ? {} : { 'retry-after': String(rule.retryAfter) }
  return { status, body: rule.body ?? manners.errorBody(status), headers }
}

/** The first half of the true answer: no JSON parser takes it. */
function cutShort(answer: Answer): Answer {
  const text = JSON.stringify(answer.body)
  return { ...answer, body: text.slice(0, Math.max(1, Math.floor(text.length / 2))) }
}

function pathOf(request: Request): string {
  const [path = ''] = request.originalUrl.split('?', 1)
  return path
}
