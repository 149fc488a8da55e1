import { describeFault } from '../campaigns/fault.ts'
import { faultsBetweenFiles, type LoadedFile, readCampaignFiles } from '../campaigns/load.ts'
import { ConfigError } from '../errors.ts'

/**
 * The campaign files of a directory, all of them right.
 * @throws ConfigError naming every fault of every file
 */
export async function readAtStart(dir: string): Promise<LoadedFile[]> {
  const { loaded, faults } = await readCampaignFiles(dir)
  const all = [...faults, ...faultsBetweenFiles(loaded)]
  if (all.length > 0) throw new ConfigError(all.map(describeFault))
  return loaded
}
