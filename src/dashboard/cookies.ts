import type { CookieOptions, Request } from 'express'

/** The session's cookie: who signed in. */
export const SESSION_COOKIE = 'aftercall_session'

/** A random id of the browser, to which the tokens of its forms are bound. It grants nothing. */
export const FORM_COOKIE = 'aftercall_form'

/** The value of a cookie (RFC 6265), or `undefined`. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.split('=')
    if (key?.trim() === name) return value.join('=').trim()
  }
  return undefined
}

/** Unreadable for scripts, sent to the pages only, and over https only where the page came by it. */
export function cookieOptions(request: Request, publicUrl: string | undefined): CookieOptions {
  return { httpOnly: true, path: '/dashboard', secure: cameByHttps(request, publicUrl) }
}

/**
 * Whether the browser speaks https, to us or to a proxy before us. Somebody who lies about it only keeps the cookie from
 * themselves.
 */
function cameByHttps(request: Request, publicUrl: string | undefined): boolean {
  if (request.get('x-forwarded-proto') === 'https') return true
  if (publicUrl === undefined) return false
  const { protocol, host } = new URL(publicUrl)
  return protocol === 'https:' && request.headers.host === host
}
