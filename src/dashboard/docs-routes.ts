import { type RequestHandler, Router } from 'express'
import { isAtLeast } from '../http/access.ts'
import type { KeyCheck } from '../http/key-check.ts'
import { sendProblem } from '../http/problem.ts'
import type { Visitor } from './gate.ts'
import type { SendPage } from './page.ts'
import { createSecurityHeaders } from './security-headers.ts'

/** What the page of the API shows, as the API tells it. */
export type ReadApi = () => object

const view = 'docs'
const values = { title: 'API', section: '/dashboard/docs' }

/** `GET /dashboard/docs`: the API for people, among the other pages. */
export function createDocsRoutes({ sendPage, readApi }: { sendPage: SendPage; readApi: ReadApi }): Router {
  const router = Router()
  router.get('/docs', (_request, response) => sendPage(response, view, { ...values, ...readApi() }))
  return router
}

/**
 * `GET /docs`: the same for whoever shows a key as the API wants it. A browser's session holds for the pages alone, so it
 * is told where it can sign in.
 */
export function createOpenDocs(parts: { sendPage: SendPage; readApi: ReadApi; keyCheck: KeyCheck }): Router {
  const { sendPage, readApi, keyCheck } = parts
  const router = Router()
  router.use(createSecurityHeaders())
  const show: RequestHandler = (request, response) => {
    const verdict = keyCheck.bearer(request)
    const principal = verdict.result === 'let_in' ? verdict.principal : undefined
    const mayAct = principal !== undefined && isAtLeast(principal, 'operator')
    const stranger = { signedIn: false, formToken: '', forMs: 0 }
    const visitor: Visitor = { principal, mayAct, clearance: mayAct ? 'full' : 'masked', ...stranger }
    response.locals['visitor'] = visitor
    response.set('Cache-Control', 'no-store')
    if (principal !== undefined) return sendPage(response, view, { ...values, ...readApi() })
    const status = verdict.result === 'limited' ? 429 : 401
    if (verdict.result === 'limited') response.set('Retry-After', String(Math.ceil(verdict.waitMs / 1000)))
    else response.set('WWW-Authenticate', 'Bearer')
    if (request.accepts(['json', 'html']) === 'json') return sendProblem(response, status, needed)
    return sendPage(response, 'notice', { title: 'Please sign in', ...signIn }, status)
  }
  router.get('/', show)
  return router
}

const needed = 'an API key is needed: Authorization: Bearer <key>'

const signIn = {
  text: 'The description of the API is for those who have a key.',
  linkUrl: '/dashboard/docs',
  linkText: 'Sign in and read it',
}
