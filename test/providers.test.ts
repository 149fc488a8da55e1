import { access, readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { providers } from '../src/campaigns/vocabulary.ts'

const root = new URL('../', import.meta.url)
const isThere = (path: string) =>
  access(new URL(path, root)).then(
    () => true,
    () => false,
  )

/** Where a test named as in the README may stand. */
const places = ['test/', 'test/integration/', 'src/', 'src/clients/']

test('every test that the table of providers names is there', async () => {
  const [, section = ''] = (await readFile(new URL('README.md', root), 'utf8')).split(/^## Providers\s*$/m)
  const [table = ''] = section.split(/^## /m)
  const named = [...table.matchAll(/`([a-z-]+\/[a-z-]+)`/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(15)
  const missing: unknown[] = []
  for (const name of new Set(named)) {
    const found = await Promise.all(
      [...places.map(place => `${place}${name}.test.ts`), `src/${name}.test.ts`].map(isThere),
    )
    if (!found.includes(true)) missing.push(name)
  }
  expect(missing).toEqual([])
})

test('a provider is a client, a part of the simulator and a page', async () => {
  const pages = await readdir(new URL('docs/providers', root))
  for (const provider of providers) {
    expect(await isThere(`src/clients/${provider}.ts`)).toBe(true)
    expect(await isThere(`simulator/${provider}/${provider}.ts`)).toBe(true)
    expect(pages).toContain(`${provider}.md`)
  }
  const readme = await readFile(new URL('README.md', root), 'utf8')
  for (const page of pages) expect(readme).toContain(`docs/providers/${page}`)
})
