import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Campaign } from './campaign.ts'
import { type CampaignFault, describeFault, faultsOfIssue, pathText, reasonOfIssue } from './fault.ts'
import { CampaignFile } from './schema.ts'
import { toCampaign } from './to-campaign.ts'
import { warningsOf } from './warnings.ts'
import { readYaml } from './yaml-text.ts'

export { type CampaignFault, describeFault }

const EXTENSION = /\.ya?ml$/
const MAX_BYTES = 262_144

/**
 * The campaign of a file's text, or everything that is wrong with it, in the order of its lines.
 *
 * @param fileName with or without a directory; its base name is the campaign's id
 */
export function loadCampaign(text: string, fileName: string): { campaign: Campaign } | { faults: CampaignFault[] } {
  const faultAt = (line: number, path: readonly PropertyKey[], reason: string): CampaignFault => {
    return { file: fileName, line, path: pathText(path), reason }
  }
  if (Buffer.byteLength(text) > MAX_BYTES) return { faults: [faultAt(1, [], `is larger than ${MAX_BYTES} bytes`)] }
  const yaml = readYaml(text)
  if ('faults' in yaml) return { faults: yaml.faults.map(({ line, reason }) => faultAt(line, [], reason)) }
  if (yaml.value === null || yaml.value === undefined) return { faults: [faultAt(1, [], 'the file is empty')] }
  return judgeCampaign(yaml, fileName)
}

/** The campaign that a value of a file stands for, or everything that is wrong with it. */
export function judgeCampaign(
  { value, lineOf }: { value: unknown; lineOf: (path: readonly PropertyKey[]) => number },
  fileName: string,
): { campaign: Campaign } | { faults: CampaignFault[] } {
  const faultAt = (line: number, path: readonly PropertyKey[], reason: string): CampaignFault => {
    return { file: fileName, line, path: pathText(path), reason }
  }
  const parsed = CampaignFile.safeParse(value, { error: reasonOfIssue })
  const found = parsed.success ? [] : parsed.error.issues.flatMap(faultsOfIssue)
  const faults = found.map(({ path, reason }) => faultAt(lineOf(path), path, reason))
  const id = campaignIdOf(fileName)
  const stated = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  if (typeof stated === 'string' && stated !== id) {
    faults.push(faultAt(lineOf(['id']), ['id'], `must be the name of the file: "${id}"`))
  }
  if (parsed.success && faults.length === 0) return { campaign: toCampaign(parsed.data) }
  return { faults: faults.sort((a, b) => a.line - b.line) }
}

/** A campaign with the text it was made of. */
export interface LoadedFile {
  file: string
  text: string
  campaign: Campaign
}

/**
 * Every campaign of a directory (`*.yaml`, `*.yml`) that is right by itself, and the faults of all, those between files
 * included. A directory without files is fine; none at all is a fault. Rejects only when the disk fails otherwise.
 */
export async function loadCampaigns(dir: string): Promise<{ campaigns: Campaign[]; faults: CampaignFault[] }> {
  const { loaded, faults } = await readCampaignFiles(dir)
  return { campaigns: loaded.map(({ campaign }) => campaign), faults: [...faults, ...faultsBetweenFiles(loaded)] }
}

/** What stands in a directory of campaign files, each judged by itself. */
export interface Reading {
  loaded: LoadedFile[]
  faults: CampaignFault[]
}

/** The same without the faults between files. */
export async function readCampaignFiles(dir: string): Promise<Reading> {
  const files = await listFiles(dir)
  if (!files) {
    const reason = 'there is no such directory: make it, or let CAMPAIGNS_DIR name the one with your campaign files'
    return { loaded: [], faults: [{ file: dir, line: 0, path: '', reason }] }
  }
  const loaded: LoadedFile[] = []
  const faults: CampaignFault[] = []
  for (const file of files) {
    const text = await readText(file)
    if (typeof text !== 'string') {
      if (text) faults.push(text)
      continue
    }
    const result = loadCampaign(text, file)
    if ('faults' in result) faults.push(...result.faults)
    else loaded.push({ file, text, campaign: result.campaign })
  }
  return { loaded, faults }
}

/** The name that a campaign file stands for. */
export function campaignIdOf(file: string): string {
  return basename(file).replace(EXTENSION, '')
}

/** A fault in a field of a file that is right by itself. */
export function faultIn({ file, text }: LoadedFile, path: string, reason: string): CampaignFault {
  const yaml = readYaml(text)
  return { file, line: 'lineOf' in yaml ? yaml.lineOf([path]) : 1, path, reason }
}

/** What is allowed in a file and hardly meant so. */
export function warningsIn({ file, text, campaign }: LoadedFile): CampaignFault[] {
  const warnings = warningsOf(campaign)
  if (warnings.length === 0) return []
  const yaml = readYaml(text)
  return warnings.map(({ path, reason }) => {
    return { file, line: 'lineOf' in yaml ? yaml.lineOf(path) : 1, path: pathText(path), reason }
  })
}

/** One lead must not be dialed by us and by the vendor, and one id must not mean two campaigns. */
export function faultsBetweenFiles(loaded: readonly LoadedFile[]): CampaignFault[] {
  const faults: CampaignFault[] = []
  for (const [index, later] of loaded.entries()) {
    const earlier = loaded.slice(0, index)
    const twin = earlier.find(({ campaign }) => campaign.id === later.campaign.id)
    if (twin) faults.push(faultIn(later, 'id', `${twin.file} has this id too`))
    const rival = earlier.find(({ campaign }) => isRival(campaign, later.campaign))
    if (rival) {
      const { mode, provider } = later.campaign
      const reason =
        mode === rival.campaign.mode
          ? `is ${mode}, and so is ${rival.file} for the same campaign of ${provider}: leads of both would be handed over twice`
          : `is ${mode}, but ${rival.file} has ${rival.campaign.mode} for the same campaign of ${provider}: leads would be called twice`
      faults.push(faultIn(later, 'mode', reason))
    }
  }
  return faults
}

/** Two files that dial for one vendor campaign know of each other's calls; a hand-over cannot be seen by another file. */
function isRival(a: Campaign, b: Campaign): boolean {
  const isSame = a.provider === b.provider && a.account.campaignId === b.account.campaignId
  return isSame && a.account.campaignId !== undefined && (a.mode !== b.mode || a.mode === 'handover')
}

async function listFiles(dir: string): Promise<string[] | undefined> {
  try {
    const names = await readdir(dir)
    return names
      .filter(name => EXTENSION.test(name) && !name.startsWith('.'))
      .sort()
      .map(name => join(dir, name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    throw error
  }
}

/** The text; a fault where the file cannot be read or is too large; nothing where it is no file. */
async function readText(file: string): Promise<string | CampaignFault | undefined> {
  const fault = (reason: string): CampaignFault => ({ file, line: 0, path: '', reason })
  try {
    const { size, isFile } = await stat(file).then(found => ({ size: found.size, isFile: found.isFile() }))
    if (!isFile) return undefined
    if (size > MAX_BYTES) return fault(`is larger than ${MAX_BYTES} bytes`)
    return await readFile(file, 'utf8')
  } catch (error) {
    return fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
