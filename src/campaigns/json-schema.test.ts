import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { campaignJsonSchema } from './json-schema.ts'
import { CampaignFile } from './schema.ts'
import { toCampaign } from './to-campaign.ts'

interface Node {
  properties?: Record<string, Node>
  items?: Node
  description?: string
  default?: unknown
  additionalProperties?: unknown
  type?: string
}

const least = { id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } }
const schema = campaignJsonSchema() as Node

function visit(node: Node, path: string, seen: (node: Node, path: string) => void): void {
  seen(node, path)
  for (const [key, inner] of Object.entries(node.properties ?? {}))
    visit(inner, path === '' ? key : `${path}.${key}`, seen)
  if (node.items) visit(node.items, `${path}[]`, seen)
}

/** The value a node's defaults make up, all the way down. */
function defaultsOf(node: Node): unknown {
  if (!node.properties) return node.default
  const given = Object.entries(node.properties).map(([key, inner]) => [key, defaultsOf(inner)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

test('the stored schema is the one of the code', () => {
  const stored = readFileSync(new URL('../../schema/campaign.schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(stored)).toEqual(JSON.parse(JSON.stringify(schema)))
  expect(JSON.parse(stored)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'aftercall campaign',
    required: ['id', 'name', 'provider', 'account'],
  })
})

test('every field says what it is for, and no group takes unknown fields', () => {
  const silent: string[] = []
  const open: string[] = []
  visit(schema, '', (node, path) => {
    if (!path.endsWith('[]') && node.description === undefined) silent.push(path)
    if (node.properties && node.additionalProperties !== false) open.push(path)
  })
  expect(silent).toEqual([])
  expect(open).toEqual([])
})

test('the defaults it tells are the ones that are filled in', () => {
  const { account: _account, start: _start, ...stated } = defaultsOf(schema) as Record<string, unknown>
  const { breaker: _breaker, ...dial } = stated['dial'] as Record<string, unknown>
  expect(Object.keys(dial)).toContain('windows')
  expect(toCampaign(CampaignFile.parse({ ...least, ...stated, dial }))).toEqual(toCampaign(CampaignFile.parse(least)))
})
