import { Health, Readiness } from '../answers/service.ts'
import { ConfigError } from '../errors.ts'
import { listen } from '../http/server.ts'
import { ask } from './ask.ts'
import { bad, type Finding, good, noted } from './finding.ts'

/** Whether the port is free, or has our own service on it. */
export async function checkPort({ host, port }: { host: string; port: number }): Promise<Finding> {
  if (port === 0) return noted('port', 'PORT=0: any free one is taken')
  try {
    const server = await listen(() => {}, { host, port })
    await server.close(0)
    return good('port', `${host}:${port} is free`)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const near = ['0.0.0.0', '::', ''].includes(host) ? '127.0.0.1' : host
    const answer = await ask(`http://${near.includes(':') ? `[${near}]` : near}:${port}/healthz`, Health)
    const isOurs = 'body' in answer && answer.body !== undefined
    if (isOurs) return good('port', `the service listens at ${host}:${port}`)
    const why = 'the service does not start while another program has its port'
    return bad('port', error.faults.join('; '), why, 'stop the other program, or set PORT to another one')
  }
}

/** A proxy that cannot reach what stands behind it. */
const GATEWAY = new Set([502, 503, 504])

/** Whether vendors reach us at `PUBLIC_URL`. */
export async function checkPublicUrl(publicUrl: string | undefined): Promise<Finding> {
  if (publicUrl === undefined)
    return noted('public_url', 'PUBLIC_URL is not set: whether vendors reach us is not known')
  const url = `${publicUrl}/healthz`
  const answer = await ask(url, Health)
  if ('body' in answer && answer.body !== undefined) return good('public_url', `${publicUrl} leads here`)
  if ('status' in answer && GATEWAY.has(answer.status)) {
    return noted(
      'public_url',
      `${publicUrl} is a proxy's (${answer.status}): start the service behind it and ask again`,
    )
  }
  const what = 'failed' in answer ? `${url}: ${answer.failed}` : `${url} answers ${answer.status}, and not as we do`
  return bad(
    'public_url',
    what,
    'vendors cannot deliver their webhooks: leads do not arrive, and ends of calls are seen late',
    'see that its name leads to this machine, and that the proxy passes /healthz and /webhooks on to the service',
  )
}

/** What the service says of itself, where it runs. */
export async function checkService(url: string): Promise<Finding[]> {
  const answer = await ask(`${url}/readyz`, Readiness)
  if ('failed' in answer) return [noted('service', `no service answers at ${url} (${answer.failed})`)]
  const { status, body } = answer
  if (body === undefined) return [noted('service', `what answers at ${url} is no aftercall (${status})`)]
  if (status !== 200) {
    const why = 'it cannot do its work: events are turned away, or nothing is called'
    const mend = 'its log says more'
    return [bad('service', `the service at ${url} is not ready: ${body.why.join('; ')}`, why, mend)]
  }
  const accepted = (body.durability ?? []).map(what => noted('service', `accepted by REDIS_ACCEPT_UNSAFE: ${what}`))
  return [good('service', `the service at ${url} is ready`), ...accepted]
}
