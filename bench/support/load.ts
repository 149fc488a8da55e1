import autocannon from 'autocannon'

export interface Load {
  perSecond: number
  /** Latency, ms. */
  p50: number
  p99: number
  /** Answers that were not 2xx, and requests without an answer. */
  failed: number
}

/** Of this whole run: no lead and no number comes twice. */
let sent = 0

/** Distinct webhooks of LeadSail's kind, as fast as so many connections take them, or at a rate. */
export async function sendWebhooks(
  url: string,
  options: { connections: number; seconds: number; perSecond?: number; run: string },
): Promise<Load> {
  const { connections, seconds, perSecond, run } = options
  const result = await autocannon({
    url: `${url}/webhooks/leadsail`,
    connections,
    duration: seconds,
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET },
        setupRequest(request) {
          sent += 1
          request.body = webhookOf(`${run}_${sent}`, phoneOf(sent))
          return request
        },
      },
    ],
  })
  const failed = result.non2xx + result.errors + result.timeouts
  return {
    perSecond: result['2xx'] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed,
  }
}

/** US numbers, each once. */
export function phoneOf(index: number): string {
  return `+1${212 + (index % 5)}${2_000_000 + Math.floor(index / 5)}`
}

export const SECRET = 'a-long-random-value-for-the-benchmark'

/** As `aftercall init` writes one: personal data is sealed. */
export const DATA_KEY = Buffer.alloc(32, 'benchmark').toString('base64')

/** A lead's webhook, of which no two are the same. */
export function webhookOf(id: string, phone = '+12025550123'): string {
  return `{"event":"lead.processed","leadId":"lead_${id}","submissionId":"sub_${id}","campaignId":"HXZ","status":"qualified","timestamp":"2026-11-20T10:00:00Z","data":{"firstName":"Ann","lastName":"Lee","email":"ann@example.com","phone":"${phone}"}}`
}
