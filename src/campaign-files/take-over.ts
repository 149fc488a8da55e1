import type { Campaign } from '../campaigns/campaign.ts'
import type { CampaignFault } from '../campaigns/fault.ts'
import { campaignIdOf, faultIn, faultsBetweenFiles, type LoadedFile, type Reading } from '../campaigns/load.ts'

/** What a new reading of the campaign files comes to. */
export interface TakeOver {
  /** Files to put in force: new ones, and new versions. All others stay as they are. */
  changed: LoadedFile[]
  /** Why files are not taken over, by the campaign they stand for. */
  faults: Map<string, CampaignFault[]>
  /** Campaigns in force whose file is gone. */
  removed: string[]
}

/**
 * Judges a new reading against what is in force. A file that is wrong, by itself or beside the others, changes nothing:
 * its last good version stays.
 * @param begunAs how a campaign's journeys were begun, if it has some: another mode or vendor would know nothing of their
 * calls
 */
export async function takeOver(
  inForce: ReadonlyMap<string, LoadedFile>,
  reading: Reading,
  begunAs: (campaign: string) => Promise<Pick<Campaign, 'mode' | 'provider'> | undefined>,
): Promise<TakeOver> {
  const faults = [...reading.faults]
  const candidates: LoadedFile[] = []
  for (const found of withoutTwins(reading.loaded, inForce, faults)) {
    const { id } = found.campaign
    if (inForce.get(id)?.text === found.text) continue
    const begun = await begunAs(id)
    const fault = begun && faultOfChange(begun, found)
    if (fault === undefined) candidates.push(found)
    else faults.push(fault)
  }
  const changed = fitting(inForce, candidates, faults)
  const present = new Set([...reading.loaded, ...reading.faults].map(({ file }) => campaignIdOf(file)))
  return {
    changed,
    faults: Map.groupBy(faults, ({ file }) => campaignIdOf(file)),
    removed: [...inForce.keys()].filter(id => !present.has(id)),
  }
}

/** Of two files for one campaign the one in force stays, else the first. */
function withoutTwins(
  loaded: readonly LoadedFile[],
  inForce: ReadonlyMap<string, LoadedFile>,
  faults: CampaignFault[],
): LoadedFile[] {
  return [...Map.groupBy(loaded, ({ campaign }) => campaign.id)].flatMap(([id, files]) => {
    const kept = files.find(({ file }) => file === inForce.get(id)?.file) ?? files[0]
    for (const twin of files) {
      if (twin !== kept) faults.push(faultIn(twin, 'id', `${kept?.file} has this id too`))
    }
    return kept === undefined ? [] : [kept]
  })
}

function faultOfChange(begun: Pick<Campaign, 'mode' | 'provider'>, found: LoadedFile): CampaignFault | undefined {
  for (const [field, how] of [
    ['mode', 'in mode'],
    ['provider', 'with provider'],
  ] as const) {
    const [was, is] = [begun[field], found.campaign[field]]
    if (was === is) continue
    const mend = 'put it back, or give the file another id'
    return faultIn(
      found,
      field,
      `cannot become ${is}: this campaign has journeys that were begun ${how} ${was}: ${mend}`,
    )
  }
  return undefined
}

/** Changes that fit together are taken together; else each that fits what is in force. */
function fitting(
  inForce: ReadonlyMap<string, LoadedFile>,
  candidates: readonly LoadedFile[],
  faults: CampaignFault[],
): LoadedFile[] {
  const entries = candidates.map(candidate => [candidate.campaign.id, candidate] as const)
  if (faultsBetweenFiles([...new Map([...inForce, ...entries]).values()]).length === 0) return [...candidates]
  const next = new Map(inForce)
  return entries.flatMap(([id, candidate]) => {
    const others = [...next.values()].filter(({ campaign }) => campaign.id !== id)
    const found = faultsBetweenFiles([...others, candidate])
    faults.push(...found)
    if (found.length > 0) return []
    next.set(id, candidate)
    return [candidate]
  })
}
