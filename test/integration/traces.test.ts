import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { type CollectedSpan, startCollector } from '../support/collector.ts'
import { eventually } from '../support/eventually.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../support/stage.ts'

const HOUR_MS = 3_600_000
const followUps = [
  { id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hello', delay: 'PT3H', window: '00:00-24:00' } },
]
const qualified = { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } }
const secrets = ['test-key', 'sesame-open-now', 'tracer-token']
const person = { phone: '+12025550123', firstName: 'Annabel', lastName: 'Leeward', email: 'annabel@example.com' }

async function collect(...[status]: Parameters<typeof startCollector>) {
  const collector = await startCollector(status)
  onTestFinished(() => collector[Symbol.asyncDispose]())
  return collector
}

const tracedStage = (url: string, more: Parameters<typeof startStage>[0] = {}): Promise<Stage> =>
  startStage({
    campaigns: [{ ...plainCampaign, followUps }],
    control: qualified,
    ...more,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
  })

const attributeOf = (span: CollectedSpan, key: string) =>
  Object.values(span.attributes.find(attribute => attribute.key === key)?.value ?? {})[0]

test('one trace leads from the webhook to the text hours later, and log lines name it', async () => {
  const collector = await collect()
  const stage = await tracedStage(collector.url)
  const { body } = await stage.lead('lead_1', person)
  const called = await stage.journey('lead_1', ({ attempts }) => attempts[0]?.state === 'ended')
  await stage.restart()
  stage.clock.advance(3 * HOUR_MS)
  await stage.journey('lead_1', isOver)

  const wanted = ['receive leadsail', 'receive-event', 'place-call', 'poll-interaction', 'send-sms', 'POST /sms/send']
  const spans = await eventually(() => {
    const found = collector.spans()
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted))
    return found
  })
  const root = spans.find(({ name }) => name === 'receive leadsail')
  const ofTrace = spans.filter(({ traceId }) => traceId === root?.traceId)
  expect(root?.parentSpanId ?? '').toBe('')
  expect(ofTrace.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted))
  expect(ofTrace.map(({ name }) => name)).toContain('POST /voice/calls/initiate')
  const spanOf = (name: string) => ofTrace.find(span => span.name === name)
  expect(spanOf('receive-event')?.parentSpanId).toBe(root?.spanId)
  expect(spanOf('place-call')?.parentSpanId).toBe(spanOf('receive-event')?.spanId)
  expect(spanOf('send-sms')?.parentSpanId).toBe(spanOf('receive-event')?.spanId)
  const sent = spanOf('POST /sms/send')
  expect(sent?.parentSpanId).toBe(spanOf('send-sms')?.spanId)
  if (sent === undefined || root === undefined) throw new Error('not collected')
  expect(attributeOf(sent, 'http.response.status_code')).toBe(200)
  expect(attributeOf(root, 'aftercall.event')).toBe(body['eventId'])
  const lastedMs = Number((BigInt(sent.endTimeUnixNano) - BigInt(root.startTimeUnixNano)) / 1_000_000n)
  expect(lastedMs).toBeGreaterThanOrEqual(3 * HOUR_MS)

  const linesOf = (name: string, what = 'job.settled') =>
    stage.lines.filter(
      ({ msg, job, result }) => msg === what && (job === name || what !== 'job.settled') && result !== 'gone',
    )
  const sms = linesOf('send-sms').find(({ journeyId }) => journeyId === called.id)
  expect(sms).toMatchObject({ trace_id: root.traceId, span_id: spanOf('send-sms')?.spanId })
  expect(linesOf('', 'event.received')).toMatchObject([{ trace_id: root.traceId, span_id: root.spanId }])
  // Every line of this lead's jobs, and none of the service's own.
  const own = stage.lines.filter(({ journeyId, eventId }) => journeyId === called.id || eventId === body['eventId'])
  expect(own.length).toBeGreaterThan(4)
  expect(new Set(own.map(line => line['trace_id']))).toEqual(new Set([root.traceId]))
  expect(stage.lines.find(({ msg }) => msg === 'app.started')).not.toHaveProperty('trace_id')

  const told = JSON.stringify(collector.bodies())
  for (const word of [...Object.values(person), '2025550123', 'Hello', 'lead_1', ...secrets]) {
    expect(told).not.toContain(word)
  }
})

test('an event that joins a journey is linked to its trace; a journey without a webhook has one of its own', async () => {
  const collector = await collect()
  const stage = await tracedStage(collector.url, {
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 1e9 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  const { body } = await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.event(String(body['eventId']), ({ state }) => state === 'joined')
  await stage.api('/journeys', { json: { campaign: 'roof', leadId: 'lead_2', phone: '+12025550124' } })
  const other = await stage.journey('lead_2', ({ state }) => state === 'in_call')

  await eventually(() => {
    const spans = collector.spans()
    const [first, second] = spans.filter(({ name }) => name === 'receive leadsail')
    expect(first?.traceId).not.toBe(second?.traceId)
    const joined = spans.find(({ name, traceId }) => name === 'receive-event' && traceId === second?.traceId)
    expect(joined?.links).toEqual([{ traceId: first?.traceId }])
    const dialed = spans.find(span => span.name === 'place-call' && attributeOf(span, 'aftercall.journey') === other.id)
    expect([first?.traceId, second?.traceId]).not.toContain(dialed?.traceId)
    const begun = spans.find(({ name, traceId }) => name === 'begin' && traceId === dialed?.traceId)
    expect(dialed?.parentSpanId).toBe(begun?.spanId)
  })
})

test('a request that fails shows its code, and no word of what was asked or answered', async () => {
  const collector = await collect()
  const body = { success: false, error: { code: 'LEAD_BLOCKED', message: 'Annabel is blocked' } }
  const stage = await tracedStage(collector.url, {
    control: {
      faults: [{ match: { method: 'POST', path: '/voice/calls/initiate' }, kind: 'status', status: 400, body }],
    },
  })
  await stage.lead('lead_1', person)
  await stage.journey('lead_1', isOver)
  await eventually(() => {
    const failed = collector.spans().find(({ name }) => name === 'POST /voice/calls/initiate')
    expect(failed?.status).toMatchObject({ code: 2, message: 'LEAD_BLOCKED' })
    expect(failed && attributeOf(failed, 'http.response.status_code')).toBe(400)
  })
  expect(JSON.stringify(collector.bodies())).not.toMatch(/Annabel|blocked/)
})

test('a collector that is away costs nothing but its spans, and is told of once', async () => {
  let status = 400
  const collector = await collect(() => status)
  const stage = await tracedStage(collector.url)
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.state === 'ended')
  const told = () => stage.lines.filter(({ msg }) => String(msg).startsWith('traces.')).map(({ msg }) => msg)
  await eventually(() => expect(told()).toEqual(['traces.not_taken']))
  status = 200
  stage.clock.advance(3 * HOUR_MS)
  await stage.journey('lead_1', isOver)
  await eventually(() => expect(told()).toEqual(['traces.not_taken', 'traces.taken_again']))
})

test('without a collector nothing is traced, and no record says so', async () => {
  const stage = await startStage({ campaigns: [{ ...plainCampaign, followUps }], control: qualified })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ attempts }) => attempts[0]?.state === 'ended')
  expect(stage.lines.filter(line => 'trace_id' in line)).toEqual([])
})

test('the SDK of OpenTelemetry is not loaded while tracing is off', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const script = `
    import { registerHooks } from 'node:module'
    let loaded = 0
    registerHooks({ load: (url, context, next) => { loaded += /opentelemetry.(sdk|exporter|resources|otlp)/.test(url) ? 1 : 0; return next(url, context) } })
    await import('./src/app.ts')
    const { startTracing } = await import('./src/telemetry/tracing.ts')
    const counts = []
    for (const url of [undefined, 'http://127.0.0.1:1']) {
      const tracing = await startTracing(url, { now: Date.now, logger: {}, fields: {}, process: 'test' })
      counts.push(loaded)
      await tracing[Symbol.asyncDispose]()
    }
    console.log(JSON.stringify(counts))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
  const [off, on] = JSON.parse(stdout)
  expect(off).toBe(0)
  expect(on).toBeGreaterThan(3)
})
