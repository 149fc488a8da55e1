import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LiveCampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { type CampaignFault, describeFault } from '../campaigns/fault.ts'
import { type LoadedFile, readCampaignFiles } from '../campaigns/load.ts'
import type { Logger } from '../logger.ts'
import { type FileStanding, standingOf } from './standing.ts'
import { type TakeOver, takeOver } from './take-over.ts'

export interface CampaignFiles extends AsyncDisposable {
  /** What is wrong with the files as they are now, by the campaign they stand for. */
  faults(): ReadonlyMap<string, readonly CampaignFault[]>
  /** How every file stands, by name. */
  list(): FileStanding[]
}

/** A change is seen after one look and believed after two: an editor may be half-way through writing it. */
const LOOK_EVERY_MS = 400

/**
 * Keeps the book of campaigns to what stands in the files, while the service runs. Files are looked at rather than
 * listened to: that also works on network disks, in containers and where a whole directory is exchanged.
 * @param parts.loaded what is in force now
 * @param parts.onChange told of new and changed campaigns before they are in force; when it fails all is tried again
 */
export function watchCampaignFiles(parts: {
  dir: string
  loaded: readonly LoadedFile[]
  campaigns: LiveCampaignBook
  begunAs: Parameters<typeof takeOver>[2]
  onChange: (changed: readonly Campaign[], all: readonly Campaign[]) => Promise<void>
  logger: Logger
}): CampaignFiles {
  const { dir, campaigns, begunAs, onChange, logger } = parts
  const inForce = new Map(parts.loaded.map(file => [file.campaign.id, file]))
  const stop = new AbortController()
  let faults: TakeOver['faults'] = new Map()
  let removed: readonly string[] = []
  let seen = ''
  let handled = ''

  async function look(): Promise<void> {
    const now = await signature(dir)
    const isStill = now === seen
    seen = now
    if (!isStill || now === handled) return
    await exchange(await takeOver(inForce, await readCampaignFiles(dir), begunAs))
    handled = now
  }

  async function exchange(next: TakeOver): Promise<void> {
    const { changed } = next
    if (changed.length > 0) {
      const after = new Map([...inForce, ...changed.map(file => [file.campaign.id, file] as const)])
      const all = [...after.values()].map(({ campaign }) => campaign)
      await onChange(
        changed.map(({ campaign }) => campaign),
        all,
      )
      campaigns.replace(all)
    }
    for (const file of changed) {
      const { id } = file.campaign
      const before = inForce.get(id)?.campaign
      logger.info({ campaign: id }, before === undefined ? 'campaign.added' : 'campaign.changed')
      const rules = before === undefined ? [] : lostRules(before, file.campaign)
      // What waits for them stands as a failure when it comes due.
      if (rules.length > 0 && (await begunAs(id)) !== undefined) {
        logger.warn({ campaign: id, rules }, 'campaign.rules_lost')
      }
      inForce.set(id, file)
    }
    for (const [id, found] of next.faults) {
      const told = found.map(describeFault)
      const isNew = JSON.stringify(told) !== JSON.stringify(faults.get(id)?.map(describeFault))
      if (isNew) logger.error({ campaign: id, faults: told, alert: true }, 'campaign.change_refused')
    }
    for (const id of next.removed) {
      if (!removed.includes(id)) logger.warn({ campaign: id }, 'campaign.file_removed')
    }
    faults = next.faults
    removed = next.removed
  }

  async function run(): Promise<void> {
    const { signal } = stop
    while (!signal.aborted) {
      await wait(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await look().catch(err => logger.warn({ err }, 'campaign.files_unread'))
    }
  }

  const running = run()
  return {
    faults: () => faults,
    list: () => standingOf(inForce, { faults, removed }),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

/** Rules that a new version of a file no longer has, or only for another kind of act. */
function lostRules(before: Campaign, after: Campaign): string[] {
  const kept = new Set(after.followUps.map(({ id, act }) => `${act.kind} ${id}`))
  return before.followUps.flatMap(({ id, act }) => (kept.has(`${act.kind} ${id}`) ? [] : [id]))
}

/** Differs whenever a file of the directory does. */
async function signature(dir: string): Promise<string> {
  const names = await readdir(dir).catch(() => [])
  const marks = await Promise.all(
    names.toSorted().map(async name => {
      const found = await stat(join(dir, name)).catch(() => undefined)
      return found === undefined ? name : `${name} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`
    }),
  )
  return marks.length === 0 ? 'empty' : marks.join('\n')
}
