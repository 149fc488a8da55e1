import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { spawnService } from '../support/service-process.ts'
import { plainCampaign, startStage } from '../support/stage.ts'
import { createWorld, insist } from '../support/world.ts'

const followUps = [
  { id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hello', window: '00:00-24:00' } },
  {
    id: 'conversion',
    when: { outcome: ['qualified'] },
    pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' },
  },
]
const campaign = { ...plainCampaign, followUps }

/** Samples by name and labels, without the label of the process. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => {
      const at = line.lastIndexOf(' ')
      const name = line
        .slice(0, at)
        .replace(/,?process="[^"]*"/, '')
        .replace('{,', '{')
        .replace('{}', '')
      return [name, Number(line.slice(at + 1))] as const
    }),
  )
}

const namesOf = (text: string) =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`).sort()

test('a scrape tells what came in, what was done and what stands, under names that stay', async () => {
  const stage = await startStage({
    campaigns: [campaign],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1')
  await eventually(async () => expect((await stage.campaign('roof')).progress.done).toBe(1))

  const answer = await fetch(`${stage.url}/metrics`)
  expect(answer.headers.get('content-type')).toContain('text/plain')
  const text = await answer.text()
  const samples = samplesOf(text)
  const value = (name: string) => samples.get(name)
  expect(value('aftercall_webhooks_total{source="leadsail",result="accepted"}')).toBe(1)
  expect(value('aftercall_outcomes_total{campaign="roof",outcome="qualified"}')).toBe(1)
  expect(value('aftercall_effects_total{kind="call",state="done"}')).toBe(1)
  expect(value('aftercall_effects_total{kind="sms",state="done"}')).toBe(1)
  expect(value('aftercall_effects_total{kind="pixel",state="done"}')).toBe(1)
  expect(value('aftercall_journeys{campaign="roof",state="done"}')).toBe(1)
  expect(value('aftercall_journeys{campaign="roof",state="in_call"}')).toBe(0)
  expect(value('aftercall_live_calls{campaign="roof"}')).toBe(0)
  expect(value('aftercall_parked_effects')).toBe(0)
  expect(value('aftercall_redis_up')).toBe(1)
  expect(
    value('aftercall_vendor_requests_total{account="leadsail",method="POST",route="/sms/send",status="200"}'),
  ).toBe(1)
  expect(value('aftercall_budget_leaves_total{account="leadsail",purpose="sms",result="granted"}')).toBeGreaterThan(0)
  expect(value('aftercall_jobs_total{job="place-call",result="done"}')).toBe(1)
  expect(namesOf(text)).toMatchInlineSnapshot(`
    [
      "aftercall_alerts gauge",
      "aftercall_budget_leaves_total counter",
      "aftercall_budget_limit_per_second gauge",
      "aftercall_budget_line_seconds gauge",
      "aftercall_calls_last_minute gauge",
      "aftercall_campaign_running gauge",
      "aftercall_canary_age_seconds gauge",
      "aftercall_due_age_seconds gauge",
      "aftercall_due_steps gauge",
      "aftercall_effects_total counter",
      "aftercall_inbox_events gauge",
      "aftercall_job_duration_seconds histogram",
      "aftercall_job_wait_seconds histogram",
      "aftercall_jobs_total counter",
      "aftercall_journeys gauge",
      "aftercall_journeys_ended_as gauge",
      "aftercall_live_calls gauge",
      "aftercall_live_calls_max gauge",
      "aftercall_outcomes_total counter",
      "aftercall_parked_effects gauge",
      "aftercall_paused gauge",
      "aftercall_polls_stretched_total counter",
      "aftercall_queue_jobs gauge",
      "aftercall_redis_up gauge",
      "aftercall_vendor_request_duration_seconds histogram",
      "aftercall_vendor_requests_total counter",
      "aftercall_webhook_duration_seconds histogram",
      "aftercall_webhooks_total counter",
    ]
  `)
})

test('a service with keys shows its metrics to whoever may read', async () => {
  const stage = await startStage({
    campaigns: [campaign],
    env: { ADMIN_API_KEYS: 'prometheus:viewer:a-long-key-for-reading' },
  })
  expect((await fetch(`${stage.url}/metrics`)).status).toBe(401)
  const headers = { authorization: 'Bearer a-long-key-for-reading' }
  expect((await fetch(`${stage.url}/metrics`, { headers })).status).toBe(200)
})

test('a process that answers no requests is seen through those that do', async () => {
  await using world = await createWorld({ campaigns: [campaign] })
  const web = spawnService({ ...world.env, ROLES: 'web' })
  const worker = spawnService({ ...world.env, ROLES: 'worker,scheduler' })
  await Promise.all([web, worker].map(service => service.line('app.started')))
  await insist(() => web.url, world.lead('lead_1', { phone: '+12025550123' }))
  await eventually(
    async () => {
      const samples = samplesOf(await (await fetch(`${web.url}/metrics`)).text())
      expect(samples.get('aftercall_jobs_total{job="receive-event",result="processed"}')).toBe(1)
    },
    { timeoutMs: 20_000, everyMs: 250 },
  )
})
