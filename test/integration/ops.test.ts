import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { alertNames } from '../../src/telemetry/alert-rules.ts'
import { eventually } from '../support/eventually.ts'
import { isOver, plainCampaign, startStage } from '../support/stage.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFile(new URL(path, root), 'utf8')

interface Metric {
  type: string
  labels: string[]
}

/** What a service shows that has done a little of everything; what a process counts is put together over processes. */
async function scrape(): Promise<Map<string, Metric>> {
  const followUps = [
    { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } },
    { id: 'conversion', pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' } },
  ]
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps }],
    control: { scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] } },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', isOver)
  return eventually(async () => {
    const text = await (await fetch(`${stage.url}/metrics`)).text()
    const metrics = new Map<string, Metric>()
    for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm))
      metrics.set(name, { type, labels: [] })
    for (const [, sample = '', labels = ''] of text.matchAll(/^(aftercall_\w+)\{(.*)\} \S+$/gm)) {
      const metric = metrics.get(sample) ?? metrics.get(sample.replace(/_(?:bucket|sum|count)$/, ''))
      const names = [...labels.matchAll(/(\w+)="/g)].map(([, name = '']) => name)
      if (metric !== undefined) metric.labels = names.filter(name => name !== 'process' && name !== 'le')
    }
    expect(metrics.has('aftercall_canary_age_seconds')).toBe(true)
    return metrics
  })
}

/** Shown only once it has happened: its labels cannot be looked at here. */
const RARE = ['aftercall_polls_stretched_total']

test('every metric is documented with its type and labels, and nothing else is', async () => {
  const metrics = await scrape()
  const [documented = ''] = (await read('docs/metrics.md')).split(/^## Alerts$/m)
  const rows = [...documented.matchAll(/^\| `(aftercall_\w+)` \| (\w+) \| (.*?) ?\| .+ \|$/gm)].map(
    ([, name = '', type = '', labels = '']) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, one]) => one),
    }),
  )
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...metrics.keys()].toSorted())
  for (const { name, type, labels } of rows) {
    expect(type, name).toBe(metrics.get(name)?.type)
    if (!RARE.includes(name)) expect(labels.toSorted(), name).toEqual(metrics.get(name)?.labels.toSorted())
  }
  const alerts = [...(await read('docs/metrics.md')).matchAll(/^\| `([a-z_]+)` \|.*\| (?:critical|warning) \|/gm)]
  expect(alerts.map(([, name]) => name).toSorted()).toEqual([...alertNames].toSorted())

  for (const path of ['ops/prometheus/alerts.yml', 'ops/grafana/aftercall.json', 'docs/metrics.md']) {
    const used = [...(await read(path)).matchAll(/\baftercall_[a-z_]+\b/g)].map(([name]) => name)
    expect(used.length, path).toBeGreaterThan(5)
    for (const name of used) {
      const metric = metrics.get(name)
      const whole = metrics.get(name.replace(/_(?:bucket|sum|count)$/, ''))
      expect(metric ?? (whole?.type === 'histogram' ? whole : undefined), `${name} of ${path}`).toBeDefined()
    }
  }
})

test('the board shows every metric', async () => {
  const text = await read('ops/grafana/aftercall.json')
  const documented = [...(await read('docs/metrics.md')).matchAll(/^\| `(aftercall_\w+)`/gm)].map(
    ([, name = '']) => name,
  )
  expect(documented.filter(name => !text.includes(name))).toEqual([])
  const Target = z.object({ expr: z.string().min(1), refId: z.string() })
  const Panel = z.object({
    ...{ id: z.number(), type: z.string(), title: z.string().min(1), targets: z.array(Target).optional() },
    gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  })
  const { panels } = z.object({ uid: z.literal('aftercall'), panels: z.array(Panel) }).parse(JSON.parse(text))
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  for (const { gridPos, title } of panels) expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
  for (const { type, targets = [], title } of panels)
    if (type !== 'row') expect(targets.length, title).toBeGreaterThan(0)
})

test('each rule of Prometheus says what is wrong and what to do', async () => {
  const Rule = z.strictObject({
    ...{ alert: z.string().regex(/^Aftercall\w+$/), expr: z.string().min(1), for: z.string().optional() },
    labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
    annotations: z.strictObject({ summary: z.string().min(1), description: z.string().min(1) }),
  })
  const Rules = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(Rule).min(1) })) })
  const { groups } = Rules.parse(parse(await read('ops/prometheus/alerts.yml')))
  const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
  expect(new Set(names).size).toBe(names.length)
  const config = parse(await read('ops/prometheus/prometheus.yml'))
  expect(config).toMatchObject({ rule_files: ['alerts.yml'], scrape_configs: [{ job_name: 'aftercall' }] })
})

test('compose starts the app and Redis alone unless it is asked for more', async () => {
  const Service = z.looseObject({ profiles: z.array(z.string()).optional(), volumes: z.array(z.string()).default([]) })
  const { services } = z
    .looseObject({ services: z.record(z.string(), Service) })
    .parse(parse(await read('docker-compose.yml')))
  const started = (profile?: string) =>
    Object.entries(services).flatMap(([name, { profiles }]) =>
      profiles === undefined || (profile !== undefined && profiles.includes(profile)) ? [name] : [],
    )
  expect(started()).toEqual(['app', 'redis'])
  expect(started('observability')).toEqual(['app', 'redis', 'prometheus', 'grafana'])
  const mounted = ['prometheus', 'grafana'].flatMap(name => services[name]?.volumes ?? [])
  const own = mounted.flatMap(volume => (volume.startsWith('./ops/') ? [volume.split(':')[0] ?? ''] : []))
  expect(own).toHaveLength(3)
  for (const path of own.filter(name => name.endsWith('.json'))) expect(await read(path)).not.toBe('')
  const provisioned = parse(await read('ops/grafana/provisioning/dashboards/aftercall.yml'))
  expect(provisioned).toMatchObject({ providers: [{ options: { path: '/var/lib/grafana/dashboards' } }] })
  expect(mounted).toContain('./ops/grafana/aftercall.json:/var/lib/grafana/dashboards/aftercall.json:ro')
})
