import { randomBytes } from 'node:crypto'
import type { RequestHandler, Response } from 'express'
import type { AdminKey } from '../config.ts'
import type { Clearance } from '../desk/person-view.ts'
import { isAtLeast, type Principal } from '../http/access.ts'
import type { KeyCheck, KeyVerdict } from '../http/key-check.ts'
import { cookieOptions, FORM_COOKIE, readCookie, SESSION_COOKIE } from './cookies.ts'
import type { SendPage } from './page.ts'
import { SESSION_MS, type Sessions } from './sessions.ts'

/** Whoever looks at a page. */
export interface Visitor {
  /** `undefined` while nobody has signed in. */
  principal: Principal | undefined
  /** Whether there is a session to end: a service without keys has none. */
  signedIn: boolean
  mayAct: boolean
  clearance: Clearance
  /** Goes along with every form that changes something. */
  formToken: string
  /** How long the visitor may stay without asking again, ms. */
  forMs: number
}

export const visitorOf = (response: Response) => response.locals['visitor'] as Visitor

export interface GateParts {
  adminKeys: readonly AdminKey[]
  keyCheck: KeyCheck
  publicUrl: string | undefined
  sessions: Sessions
  now: () => number
  sendPage: SendPage
}

/** Finds out who asks, and hands the browser the id that its forms are bound to. */
export function identify(parts: GateParts): RequestHandler {
  const { adminKeys, keyCheck, publicUrl, sessions, now } = parts
  return (request, response, next) => {
    const token = readCookie(request, SESSION_COOKIE)
    const session = adminKeys.length === 0 ? undefined : sessions.read(token)
    const principal = session?.principal ?? principalOf(keyCheck.bearer(request))
    const mayAct = principal !== undefined && isAtLeast(principal, 'operator')

    let browserId = readCookie(request, FORM_COOKIE)
    if (browserId === undefined) {
      browserId = randomBytes(16).toString('base64url')
      // Lax: with a link from elsewhere it must come along, or it would be made anew under the forms of open pages.
      response.cookie(FORM_COOKIE, browserId, { ...cookieOptions(request, publicUrl), sameSite: 'lax' })
    }
    const visitor: Visitor = {
      principal,
      signedIn: session !== undefined,
      mayAct,
      clearance: mayAct ? 'full' : 'masked',
      formToken: sessions.formToken(browserId, session && token),
      forMs: session === undefined ? SESSION_MS : session.endsAt - now(),
    }
    response.locals['visitor'] = visitor
    next()
  }
}

/** Without keys whoever sits at this machine; else a key can also come as the API wants it. */
function principalOf(verdict: KeyVerdict): Principal | undefined {
  return verdict.result === 'let_in' ? verdict.principal : undefined
}

/** Lets in whoever is known, and tells everybody else what to do. */
export function requireVisitor(parts: GateParts): RequestHandler {
  const { adminKeys, sendPage } = parts
  return async (request, response, next) => {
    if (visitorOf(response).principal !== undefined) return next()
    if (adminKeys.length === 0) {
      return sendPage(response, 'locked', { title: 'Only from this machine', port: request.socket.localPort }, 401)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendPage(response, 'notice', { title: 'Please sign in', ...signInAgain }, 401)
    }
    if (request.get('Accept')?.includes('text/event-stream')) {
      response.status(401).type('text').send('sign in first\n')
      return
    }
    // A link on another site does not bring the session's cookie along; a step from here does.
    if (request.get('Sec-Fetch-Site') === 'cross-site' && readCookie(request, SESSION_COOKIE) === undefined) {
      return sendPage(response, 'step', { title: 'One moment', url: request.originalUrl })
    }
    response.redirect(303, `/dashboard/sign-in?next=${encodeURIComponent(request.originalUrl)}`)
  }
}

const signInAgain = {
  text: 'Nothing was changed: your session has ended, or there was none.',
  linkUrl: '/dashboard/sign-in',
  linkText: 'Sign in',
}

/** For forms that change something: operators and admins, with the token of their own page. */
export function requireActor(parts: GateParts): RequestHandler {
  const { sessions, sendPage } = parts
  return async (request, response, next) => {
    const { mayAct, signedIn } = visitorOf(response)
    const token = signedIn ? readCookie(request, SESSION_COOKIE) : undefined
    // A body that is no form, such as a file, has its token beside it.
    const given = request.body?.formToken ?? request.get('X-Form-Token')
    if (!sessions.isFormToken(given, readCookie(request, FORM_COOKIE), token)) {
      return sendPage(response, 'notice', { title: 'This form is out of date', ...staleForm }, 403)
    }
    if (!mayAct) return refuseReader(response, sendPage)
    next()
  }
}

/** For whoever may read but not act. */
export function refuseReader(response: Response, sendPage: SendPage): Promise<void> {
  const { principal } = visitorOf(response)
  const text = `${principal?.name} is a ${principal?.role} and may only read. Ask for an operator's or an admin's key.`
  return sendPage(response, 'notice', { title: 'Not allowed', text }, 403)
}

const staleForm = {
  text: 'Nothing was changed. You have signed in or out since the page was opened, or the form did not come from here. Go back, load the page again and repeat.',
  linkUrl: '/dashboard',
  linkText: 'Overview',
}
