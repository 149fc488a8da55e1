import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceFile } from './source-facts.ts'

/** The folders that hold TypeScript; one that is not there yet is no fault. */
const FOLDERS = ['src', 'simulator', 'demo', 'bench', 'chaos', 'scripts', 'test']

/** Every TypeScript file of a checkout. */
export async function readTree(root: string): Promise<SourceFile[]> {
  const paths = await Promise.all(
    FOLDERS.map(async folder => {
      const names = await readdir(join(root, folder), { recursive: true }).catch(() => [])
      return names.filter(name => name.endsWith('.ts')).map(name => `${folder}/${name.replaceAll('\\', '/')}`)
    }),
  )
  return Promise.all(paths.flat().map(async path => ({ path, text: await readFile(join(root, path), 'utf8') })))
}
