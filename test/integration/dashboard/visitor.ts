import { expect } from 'vitest'

/** A browser's worth of HTTP: keeps cookies, follows nothing, sends forms as pages would. */
export interface Visitor {
  cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Page>
  /** Sends a form. Without `formToken` in its fields that of the page at `from` is taken. */
  send(path: string, fields?: Record<string, string>, options?: SendOptions): Promise<Page>
  signIn(key: string): Promise<Page>
}

export interface SendOptions {
  from?: string
  headers?: Record<string, string>
}

export interface Page {
  status: number
  headers: Headers
  html: string
}

export const KEYS = {
  viewer: 'viewer-key-1',
  operator: 'operator-key-1',
  admin: 'admin-key-1',
}
export const ADMIN_API_KEYS = `vera:viewer:${KEYS.viewer},otto:operator:${KEYS.operator},ada:admin:${KEYS.admin}`

export function createVisitor(url: string): Visitor {
  const cookies = new Map<string, string>()

  async function exchange(path: string, init: RequestInit): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie === '' ? {} : { cookie }), ...(init.headers as Record<string, string>) }
    const response = await fetch(`${url}${path}`, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return { status: response.status, headers: response.headers, html: await response.text() }
  }

  const visitor: Visitor = {
    cookies,
    get: (path, headers = {}) => exchange(path, { headers }),

    async send(path, fields = {}, { from, headers = {} } = {}) {
      const formToken = from === undefined ? undefined : formTokenIn((await visitor.get(from)).html)
      const body = new URLSearchParams({ ...(formToken === undefined ? {} : { formToken }), ...fields })
      return exchange(path, { method: 'POST', body, headers: { origin: url, ...headers } })
    },

    async signIn(key) {
      const page = await visitor.send('/dashboard/sign-in', { key }, { from: '/dashboard/sign-in' })
      expect(page.status).toBe(303)
      return page
    },
  }
  return visitor
}

export function formTokenIn(html: string): string {
  return /name="formToken" value="([^"]+)"/.exec(html)?.[1] ?? ''
}

/** What a reader reads. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,:])/g, '$1')
}

/** Server-sent events of an address, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: string }> {
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8')
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const lines = part.split('\n')
      const event = lines.find(line => line.startsWith('event: '))?.slice('event: '.length)
      const data = lines.filter(line => line.startsWith('data: ')).map(line => line.slice('data: '.length))
      if (event !== undefined) yield { event, data: data.join('\n') }
    }
  }
}
