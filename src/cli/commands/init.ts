import { chmod, mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { readCampaignsDir } from '../client-settings.ts'
import { addExamples } from '../examples.ts'
import { Failure } from '../failure.ts'
import { FIRST_CAMPAIGN, firstFiles } from '../first-files.ts'
import type { Shell } from '../shell.ts'

/** Only for who runs the service: there are keys in it. */
const ENV_MODE = 0o600
const CAMPAIGN_MODE = 0o644

/** `init`: a `.env` with fresh keys, and a first campaign. */
export function addInit(program: Command, shell: Shell): void {
  const command = program
    .command('init')
    .description('write .env with fresh keys, and a first campaign file')
    .option('--force', 'also where they are there already: what is there goes on as .env.1.old and the like')
    .option('--json', '{ env, campaign, adminKey } as JSON')
  addExamples(command, ['init'], 'The files go where the service reads them: the checkout, and CAMPAIGNS_DIR.')
  command.action((options: { force?: true; json?: true }) => init(shell, options))
}

async function init({ out, env, home }: Shell, { force, json }: { force?: true; json?: true }): Promise<void> {
  const envPath = join(home, '.env')
  const campaignPath = resolve(home, readCampaignsDir(env), `${FIRST_CAMPAIGN}.yaml`)
  const there = (await Promise.all([envPath, campaignPath].map(isThere))).filter(path => path !== undefined)
  if (there.length > 0 && !force) {
    const mend = '--force keeps what is there beside it and writes new keys: sealed data is not read with those'
    throw new Failure(`${there.join(' and ')} ${there.length === 1 ? 'is' : 'are'} there already`, { mend })
  }
  const kept = await Promise.all(there.map(setAside))
  const files = firstFiles()
  await write(envPath, files.env, ENV_MODE)
  await write(campaignPath, files.campaign, CAMPAIGN_MODE)
  if (json) {
    out.say(JSON.stringify({ env: envPath, campaign: campaignPath, adminKey: files.adminKey }))
    return
  }
  out.say(`${envPath} and ${campaignPath} are written.`)
  for (const path of kept) out.say(`What was there is ${path} now.`)
  out.say(`\nYour admin key, shown this once: ${out.paint('bold', files.adminKey)}\n`)
  out.say(`Next:
  1. Put LEADSAIL_API_KEY into .env, and your campaign's id into ${FIRST_CAMPAIGN}.yaml.
  2. aftercall doctor       says what is still wrong.
  3. npm start              then sign in at http://127.0.0.1:3000/dashboard with the key.`)
}

async function isThere(path: string): Promise<string | undefined> {
  return stat(path).then(
    () => path,
    () => undefined,
  )
}

/** Keeps a file under the first name that is free: an older DATA_KEY may be all that opens what was sealed with it. */
async function setAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const old = `${path}.${number}.old`
    if ((await isThere(old)) !== undefined) continue
    await rename(path, old)
    return old
  }
}

/** Never over something that came in between. */
async function write(path: string, text: string, mode: number): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(path, 'wx', mode)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
    // Whatever the umask takes away or leaves.
    await chmod(path, mode)
  } catch (error) {
    throw new Failure(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`, { cause: error })
  }
}
