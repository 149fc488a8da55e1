import { readFile } from 'node:fs/promises'
import { Router } from 'express'
import { z } from 'zod'
import type { CampaignFileView } from '../desk/settings.ts'
import { describeFault } from './file-faults.ts'
import type { PageParts } from './router.ts'
import { settingGroups } from './settings-groups.ts'
import type { Word } from './words.ts'

const PACKAGE = new URL('../../package.json', import.meta.url)
const Package = z.object({ version: z.string() })

/** `GET /dashboard/settings`: how this process is set up. Whoever may sign in may read it; nothing is changed here. */
export function createSettingsRoutes({ desk, sendPage }: PageParts): Router {
  const router = Router()
  router.get('/settings', async (_request, response) => {
    const [{ settings, files, servers, readiness }, own] = await Promise.all([desk.settings.read(), ownVersion()])
    const { ready, why, durability = [] } = readiness
    return sendPage(response, 'settings', {
      title: 'Settings',
      section: '/dashboard/settings',
      groups: settingGroups(settings),
      files: files.map(fileRow),
      versions: [
        { name: 'aftercall', value: own },
        { name: 'Node.js', value: process.version.replace(/^v/, '') },
        { name: 'Redis', value: servers.join(', ') || 'Not known: it does not answer, or INFO is forbidden' },
      ],
      ready: ready ? { label: 'Ready', tone: 'good' } : { label: 'Not ready', tone: 'bad' },
      why,
      durability,
    })
  })
  return router
}

async function ownVersion(): Promise<string> {
  return Package.parse(JSON.parse(await readFile(PACKAGE, 'utf8'))).version
}

const fileWords: Record<CampaignFileView['state'], Word & { means: string | undefined }> = {
  in_force: { label: 'In force', tone: 'good', means: undefined },
  kept: { label: 'Wrong', tone: 'bad', means: 'Its last good version is in force until it is mended.' },
  refused: { label: 'Wrong', tone: 'bad', means: 'It is not in force.' },
  removed: { label: 'Removed', tone: 'warn', means: 'The file is gone. Its campaign goes on until the next start.' },
}

function fileRow({ name, campaign, state, faults, warnings }: CampaignFileView) {
  return {
    name,
    word: fileWords[state],
    means: fileWords[state].means,
    url: state === 'refused' ? undefined : `/dashboard/campaigns/${encodeURIComponent(campaign)}`,
    faults: faults.map(describeFault),
    warnings: warnings.map(describeFault),
  }
}
