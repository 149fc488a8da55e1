import { expect, onTestFinished } from 'vitest'
import type { AlertNews, AlertNotice } from '../../src/clients/receiver-ports.ts'
import type { AlertView } from '../../src/desk/alerts.ts'
import { RESOLVE_AFTER_MS } from '../../src/ledger/alert-book.ts'
import { serve } from '../integration/clients/servers.ts'
import { eventually } from './eventually.ts'
import { type Stage, type StageOptions, startStage } from './stage.ts'

const EVERY_MS = 100

/** Where alerts are told. */
export interface Receiver {
  url: string
  /** Requests in the order in which they came. */
  seen: Awaited<ReturnType<typeof serve>>['seen']
  news(): AlertNews[]
  /** Alerts of one status that were told, one by one. */
  told(status: AlertNews['status'], name?: string): AlertNotice[]
}

/** Answers every request with the status of the moment, until the test ends. */
export async function startReceiver(status: () => number = () => 204): Promise<Receiver> {
  const server = await serve(response => response.writeHead(status()).end())
  onTestFinished(() => server[Symbol.asyncDispose]())
  const news = () => server.seen.map(({ body }) => JSON.parse(body) as AlertNews)
  return {
    url: server.url,
    seen: server.seen,
    news,
    told: (wanted, name) =>
      news().flatMap(({ status: is, alerts }) =>
        alerts.filter(alert => is === wanted && (name === undefined || alert.name === name)),
      ),
  }
}

/** A stage that looks for alerts all the time, and tells the receiver where there is one. */
export const startAlertStage = (
  receiver: Pick<Receiver, 'url'> | undefined,
  options: StageOptions = {},
): Promise<Stage> =>
  startStage({
    ...options,
    env: {
      PUBLIC_URL: 'https://calls.example.com',
      ...(receiver === undefined ? {} : { ALERT_WEBHOOK_URL: `${receiver.url}/hook` }),
      ...(options.env as Record<string, string> | undefined),
    },
    overrides: { alertsEveryMs: EVERY_MS, ...options.overrides },
  })

export const standing = async (stage: Stage) => (await stage.api<{ alerts: AlertView[] }>('/alerts')).body.alerts
/** The alert of that name, as soon as it stands. */
export const stands = (stage: Stage, name: string) =>
  eventually(
    async () => {
      const found = (await standing(stage)).find(alert => alert.name === name)
      if (found === undefined) throw new Error(`${name} does not stand`)
      return found
    },
    { timeoutMs: 20_000 },
  )

/** What held is mended: a while later all are over, and each was told of once as standing and once as over. */
export async function expectOnce(stage: Stage, receiver: Receiver, subjects: Record<string, string>): Promise<void> {
  const names = Object.keys(subjects)
  for (const name of names) await eventually(() => expect(receiver.told('firing', name)).toHaveLength(1))
  for (const name of names) expect(receiver.told('resolved', name)).toEqual([])
  // It is over once it was not found for a while, and what else moves with the clock has had time to be done.
  await eventually(
    async () => {
      stage.clock.advance(RESOLVE_AFTER_MS / 3)
      for (const name of names) expect(receiver.told('resolved', name)).toHaveLength(1)
    },
    { timeoutMs: 20_000, everyMs: 300 },
  )
  await expectBoth(stage, receiver, subjects)
}

/** Each was told once as standing and once as over, and stands no more. */
export async function expectBoth(stage: Stage, receiver: Receiver, subjects: Record<string, string>): Promise<void> {
  for (const [name, subject] of Object.entries(subjects)) {
    expect(receiver.told('firing', name)).toMatchObject([{ subject }])
    const [firing] = receiver.told('firing', name)
    const [resolved] = receiver.told('resolved', name)
    expect(resolved).toMatchObject({ subject, since: firing?.since })
    const lastedMs = Date.parse(resolved?.resolvedAt ?? '') - Date.parse(firing?.since ?? '')
    expect(lastedMs).toBeGreaterThanOrEqual(RESOLVE_AFTER_MS)
    expect((await standing(stage)).filter(alert => alert.name === name)).toEqual([])
    const logged = (msg: string) => stage.lines.filter(line => line['msg'] === msg && line['name'] === name)
    expect([logged('alert.raised').length, logged('alert.resolved').length]).toEqual([1, 1])
  }
}
