import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { ControlInput, ControlState } from './control.ts'
import { createControlRouter } from './control-router.ts'
import { Faults } from './faults.ts'
import { createGateway } from './gateway.ts'
import { createIds } from './ids.ts'
import { createLeadConnector } from './leadconnector/leadconnector.ts'
import { createSigner } from './leadconnector/signing.ts'
import { createLeadsail } from './leadsail/leadsail.ts'
import { createMeta } from './meta/meta.ts'
import { createNaturaLead } from './naturalead/naturalead.ts'
import type { Part, PartOptions } from './part.ts'
import { type RequestEntry, RequestLog } from './request-log.ts'
import { Settings } from './settings.ts'
import { createTikTok } from './tiktok/tiktok.ts'
import { type Truth, type TruthOptions, tellTruth } from './truth.ts'
import { WebhookSender } from './webhook-sender.ts'

/** Every vendor there is, but for the one that signs. */
const parts: ((options: PartOptions) => Part)[] = [createLeadsail, createNaturaLead, createMeta, createTikTok]

export interface SimulatorOptions {
  /** Default 0: any free one. */
  port?: number
  /** Default `127.0.0.1`. */
  host?: string
  /** Same seed, same leads, outcomes, lengths and words; default 1. */
  seed?: number
  /** In force from the start, and again after a reset. */
  control?: Partial<ControlInput>
  /** Milliseconds since the epoch; default the machine's clock. Calls end by it. */
  now?: () => number
}

export interface Simulator {
  url: string
  port: number
  /** Base URL of LeadSail's API. */
  leadsailUrl: string
  /** Base URL of LeadConnector's API. */
  leadconnectorUrl: string
  /** PEM of the key that LeadConnector's webhooks are signed with; another one in every simulator. */
  leadConnectorPublicKey: string
  /** Base URL of NaturaLead's API. */
  naturaleadUrl: string
  /** Base URL of Meta's Graph API, with its version. */
  metaUrl: string
  /** Base URL of TikTok's Business API. */
  tiktokUrl: string
  /** Same as `POST /_control`; answers the settings in force. Throws `ZodError` and changes nothing when it does not fit. */
  control(input: Partial<ControlInput>): ControlState
  state(): ControlState
  truth(options?: TruthOptions): Truth
  /** Requests kept since `requestLog` was turned on. */
  requests(since?: number): RequestEntry[]
  /** Forgets everything that happened and goes back to the control of the start. */
  reset(): void
  /** Cuts every connection and stops listening. */
  close(): Promise<void>
}

/** Starts the vendors on one port. Resolves when it listens; rejects when it cannot. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', seed = 1, control = {}, now = Date.now } = options
  const settings = new Settings()
  const faults = new Faults(seed)
  const requests = new RequestLog()
  const webhooks = new WebhookSender(settings, seed, now)
  const gateway = createGateway({ settings, faults, requests, now })
  const newId = createIds(randomBytes(4).toString('hex'))
  const signer = createSigner()
  const premises = { seed, now, newId, settings, gateway, webhooks }
  const vendors = [...parts.map(create => create(premises)), createLeadConnector({ ...premises, signer })]

  const core = {
    leadConnectorPublicKey: signer.publicKey,
    state: () => settings.current,
    control(input: Partial<ControlInput>) {
      const accepted = settings.apply(input)
      if (accepted.faults !== undefined) faults.arm(accepted.faults)
      for (const vendor of vendors) vendor.obey(accepted)
      return settings.current
    },
    truth: (wanted?: TruthOptions) =>
      tellTruth(
        { facts: vendors.map(vendor => vendor.facts()), requests, faults, webhooks: webhooks.facts(), now: now() },
        wanted,
      ),
    requests: (since?: number) => requests.entries(since),
    reset() {
      settings.reset()
      faults.arm([])
      requests.clear()
      webhooks.reset()
      for (const vendor of vendors) vendor.reset()
      core.control(control)
    },
  }
  core.control(control)

  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use('/_control', createControlRouter(core))
  for (const vendor of vendors) app.use(vendor.path, vendor.router)

  const server = createServer(app)
  // Longer than any client keeps an idle connection: the reset of a request in the air is a fault only when asked for.
  server.keepAliveTimeout = 600_000
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve())
  })
  const { port: boundPort } = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`
  return {
    ...core,
    url,
    port: boundPort,
    leadsailUrl: `${url}/leadsail/api/v1`,
    leadconnectorUrl: `${url}/leadconnector`,
    naturaleadUrl: `${url}/naturalead/api`,
    metaUrl: `${url}/meta/v25.0`,
    tiktokUrl: `${url}/tiktok/open_api/v1.3`,
    async close() {
      webhooks.reset()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
