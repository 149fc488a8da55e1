import { Failure } from './failure.ts'

/** The service could not be asked, or did not answer to the end. */
export class Unreachable extends Failure {
  /** What was asked for may have been done all the same. */
  readonly mayHaveArrived: boolean

  constructor(message: string, options: ErrorOptions & { mend?: string | undefined; mayHaveArrived: boolean }) {
    super(message, options)
    this.mayHaveArrived = options.mayHaveArrived
  }
}

/** With these nothing has left this machine. */
const NEVER_LEFT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/** What the codes of Node and its fetch mean to a person. */
const reasons: Readonly<Record<string, (url: string) => [message: string, mend?: string]>> = {
  ECONNREFUSED: url => [`nothing listens at ${url}: start it with \`npm start\`, or set AFTERCALL_URL`],
  ENOTFOUND: url => [`no machine has the name in ${url}`, 'set AFTERCALL_URL to the address of the service'],
  EAI_AGAIN: url => [`the name in ${url} cannot be looked up now`, 'is this machine online?'],
  ECONNRESET: closed,
  EPIPE: closed,
  UND_ERR_SOCKET: closed,
  ETIMEDOUT: silent,
  UND_ERR_CONNECT_TIMEOUT: silent,
  EHOSTUNREACH: silent,
  ENETUNREACH: silent,
  UND_ERR_HEADERS_TIMEOUT: silent,
  UND_ERR_BODY_TIMEOUT: silent,
}

function closed(url: string): [string, string] {
  return [
    `the connection to ${url} was closed before its answer was complete`,
    'see the log of the service, and try again',
  ]
}

function silent(url: string): [string, string] {
  return [`${url} does not answer`, 'is AFTERCALL_URL right, and may this machine reach it?']
}

/** Why the service could not be asked, or did not answer to the end. */
export function describeUnreachable(error: unknown, url: string): Unreachable {
  const { code, name, message: what } = rootOf(error)
  if (name === 'TimeoutError') return describeUnreachable({ code: 'ETIMEDOUT' }, url)
  const [message, mend] = reasonOf(code, what)(url)
  const isTrusted = !UNTRUSTED.test(code)
  return new Unreachable(message, { mend, mayHaveArrived: isTrusted && !NEVER_LEFT.includes(code), cause: error })
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/

function reasonOf(code: string, what: string): (url: string) => [message: string, mend?: string] {
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (known !== undefined) return known
  if (UNTRUSTED.test(code)) {
    const mend = 'name the authority that signed it in NODE_EXTRA_CA_CERTS, or mend AFTERCALL_URL'
    return url => [`the certificate of ${url} is not trusted (${code})`, mend]
  }
  if (/^(?:HPE_|ERR_SSL|EPROTO)/.test(code)) {
    return url => [`what listens at ${url} speaks no HTTP (${code})`, 'is AFTERCALL_URL right, its http or https too?']
  }
  return url => [`${url} could not be asked: ${code || what}`, 'is AFTERCALL_URL right?']
}

/** fetch hides what happened behind `TypeError: fetch failed`, and a host with several addresses behind one error more. */
function rootOf(error: unknown): { code: string; name: string; message: string } {
  let found = error
  for (let depth = 0; depth < 5; depth += 1) {
    const { code, cause, errors } = found as { code?: unknown; cause?: unknown; errors?: unknown[] }
    const inner = typeof code === 'string' ? undefined : (cause ?? errors?.[0])
    if (typeof inner !== 'object' || inner === null) break
    found = inner
  }
  const { code, name, message } = found as { code?: unknown; name?: unknown; message?: unknown }
  return { code: typeof code === 'string' ? code : '', name: String(name), message: String(message ?? found) }
}
