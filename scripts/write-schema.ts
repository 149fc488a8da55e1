/**
 * Writes `schema/campaign.schema.json`, with which editors check and complete campaign files, from the schema that the
 * loader uses. With `--check` it writes nothing and ends with 1 when the file is not what it should be.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { campaignJsonSchema } from '../src/campaigns/json-schema.ts'

const target = fileURLToPath(new URL('../schema/campaign.schema.json', import.meta.url))
const wanted = `${JSON.stringify(campaignJsonSchema(), null, 2)}\n`

if (process.argv.includes('--check')) {
  const found = await readFile(target, 'utf8').catch(() => '')
  if (found !== wanted) {
    console.error('schema/campaign.schema.json is out of date: run npm run schema')
    process.exitCode = 1
  }
} else {
  await writeFile(target, wanted)
  console.log('wrote schema/campaign.schema.json')
}
