import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { RequestHandler } from 'express'

const types = {
  'dashboard.css': 'text/css; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
  'upload.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

export type AssetName = keyof typeof types

const names = Object.keys(types) as AssetName[]

const HASH_LENGTH = 12

interface Asset {
  body: Buffer
  hash: string
  /** With the hash of the content in it, so that it may be kept for ever. */
  url: string
}

export interface Assets {
  /** Addresses by name. */
  urls(): Promise<Record<AssetName, string>>
  /** Answers `/<hash>/<name>`. */
  serve: RequestHandler
}

/** The few static files of the pages, read when the first page is asked for and kept. */
export function createAssets(folder: URL, base: string): Assets {
  let loaded: Promise<Map<string, Asset>> | undefined
  const load = () => {
    loaded ??= readAll(folder, base).catch(error => {
      loaded = undefined
      throw error
    })
    return loaded
  }
  return {
    async urls() {
      const assets = await load()
      return Object.fromEntries(names.map(name => [name, assets.get(name)?.url ?? ''])) as Record<AssetName, string>
    },
    async serve(request, response, next) {
      const [, hash, name] = /^\/([0-9a-f]+)\/([\w.-]+)$/.exec(request.path) ?? []
      const asset = (await load()).get(name ?? '')
      if (asset === undefined) return next()
      // While several versions run side by side a page may name another one's file: ours will do, but is not kept.
      const isExact = asset.hash === hash
      response
        .set('Cache-Control', isExact ? 'public, max-age=31536000, immutable' : 'no-cache')
        .type(types[name as AssetName])
        .send(asset.body)
    },
  }
}

async function readAll(folder: URL, base: string): Promise<Map<string, Asset>> {
  const assets = await Promise.all(
    names.map(async name => {
      const body = await readFile(new URL(name, folder))
      const hash = createHash('sha256').update(body).digest('hex').slice(0, HASH_LENGTH)
      return [name, { body, hash, url: `${base}/${hash}/${name}` }] as const
    }),
  )
  return new Map(assets)
}
