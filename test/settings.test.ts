import { readFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { type Setting, settings } from '../src/settings.ts'

const root = new URL('../', import.meta.url)
const read = (name: string) => readFile(new URL(name, root), 'utf8')
const wanted = Object.entries<Setting>(settings).map(([name, { default: given, meaning }]) => ({
  name,
  given: given ?? '',
  meaning,
}))

describe('docs/settings.md', () => {
  /** Rows of its table: `NAME`, `default` or –, meaning. */
  async function rows(): Promise<{ name: string; given: string; meaning: string }[]> {
    const table = await read('docs/settings.md')
    return [...table.matchAll(/^\| `([A-Z_\d]+)` \| (?:`([^`|]*)`|–) \| (.+) \|$/gm)].map(
      ([, name = '', given = '', meaning = '']) => ({ name, given, meaning }),
    )
  }

  test('lists every setting with its default and meaning, and no other', async () => {
    expect(await rows()).toEqual(wanted)
  })
})

describe('.env.example', () => {
  test('lists every setting with its default under its meaning, and no other', async () => {
    const blocks = (await read('.env.example')).trimEnd().split('\n\n').slice(1)
    expect(blocks).toEqual(wanted.map(({ name, given, meaning }) => `# ${meaning}\n# ${name}=${given}`))
  })

  test('with every line uncommented starts as an empty one does', async () => {
    const uncommented = (await read('.env.example')).replace(/^# (?=[A-Z_\d]+=)/gm, '')
    const env = parseEnv(uncommented)
    expect(Object.keys(env).toSorted()).toEqual(wanted.map(({ name }) => name).toSorted())
    expect(loadConfig(env)).toEqual(loadConfig({}))
  })
})
