import { type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import type { Logger } from '../logger.ts'
import { cookieOptions, FORM_COOKIE, readCookie, SESSION_COOKIE } from './cookies.ts'
import { type GateParts, visitorOf } from './gate.ts'
import { SESSION_MS } from './sessions.ts'

const SignInForm = z.object({
  key: z.string().max(500).trim(),
  next: z.string().optional(),
  formToken: z.string().optional(),
})

/** Sign-in with an API key, and sign-out. Open to everybody. */
export function createSignIn(parts: GateParts & { logger: Logger; readForm: RequestHandler }): Router {
  const { adminKeys, keyCheck, publicUrl, sessions, logger, sendPage, readForm } = parts
  const router = Router()

  const showForm = (response: Response, next: string, status: number, fault?: string) =>
    sendPage(response, 'sign-in', { title: 'Sign in', next, ...(fault === undefined ? {} : { fault }) }, status)

  router.get('/sign-in', async (request, response) => {
    const next = safeNext(request.query['next'])
    if (adminKeys.length === 0 || visitorOf(response).principal !== undefined) return response.redirect(303, next)
    return showForm(response, next, 200)
  })

  router.post('/sign-in', readForm, async (request, response) => {
    const form = SignInForm.safeParse(request.body)
    const next = safeNext(form.data?.next)
    if (adminKeys.length === 0) return response.redirect(303, next)
    if (!form.success) return showForm(response, next, 400, 'Enter an API key.')

    const { key, formToken } = form.data
    const isOurForm = sessions.isFormToken(formToken, readCookie(request, FORM_COOKIE), currentToken(request, response))
    // A form of another site would sign the visitor in as somebody else. What no browser sends is no form of a site.
    if (!isOurForm && isFromBrowser(request)) {
      return showForm(response, next, 403, 'This page was out of date. Please enter the key again.')
    }
    const verdict = keyCheck.show(key, request)
    if (verdict.result === 'limited') {
      const { waitMs } = verdict
      const minutes = Math.ceil(waitMs / 60_000)
      response.set('Retry-After', String(Math.ceil(waitMs / 1000)))
      logger.warn({}, 'dashboard.sign_in_limited')
      return showForm(
        response,
        next,
        429,
        `Too many failed tries. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      )
    }
    if (verdict.result !== 'let_in') {
      logger.warn({}, 'dashboard.sign_in_refused')
      return showForm(response, next, 401, 'This is none of the API keys in ADMIN_API_KEYS.')
    }
    const owner = verdict.principal
    response.cookie(SESSION_COOKIE, sessions.open(owner), {
      ...cookieOptions(request, publicUrl),
      sameSite: 'strict',
      maxAge: SESSION_MS,
    })
    logger.info({ by: owner.name, role: owner.role }, 'dashboard.signed_in')
    response.redirect(303, next)
  })

  router.post('/sign-out', readForm, async (request, response) => {
    const token = currentToken(request, response)
    if (!sessions.isFormToken(request.body?.formToken, readCookie(request, FORM_COOKIE), token)) {
      return response.redirect(303, '/dashboard')
    }
    response.clearCookie(SESSION_COOKIE, { ...cookieOptions(request, publicUrl), sameSite: 'strict' })
    response.redirect(303, '/dashboard/sign-in')
  })

  return router
}

/** The session's token, when it holds. */
function currentToken(request: Request, response: Response): string | undefined {
  return visitorOf(response).signedIn ? readCookie(request, SESSION_COOKIE) : undefined
}

/** Browsers say where a form comes from; programs do not. */
function isFromBrowser(request: Request): boolean {
  return request.get('Origin') !== undefined || request.get('Sec-Fetch-Site') !== undefined
}

/** Where to go after signing in: a page of ours, whatever the address says. */
function safeNext(next: unknown): string {
  const isOurs = typeof next === 'string' && /^\/dashboard(?:[/?][\w\-./?=&%+~:@]*)?$/.test(next)
  return isOurs && !next.startsWith('/dashboard/sign-') ? next : '/dashboard'
}
