import type { Campaign } from './campaign.ts'
import { type CampaignFault, judgeCampaign, loadCampaign } from './load.ts'
import { readYaml } from './yaml-text.ts'

/** What tells a whole campaign file from a part of one. */
const whole = ['id', 'name', 'provider', 'account']

/**
 * Rules that somebody wants to try on a campaign: a whole campaign file, or only the fields that are to change, such as
 * `followUps`. YAML or JSON.
 * @param base the campaign that is in force
 */
export function readRules(text: string, base: Campaign): { campaign: Campaign } | { faults: CampaignFault[] } {
  const fileName = `${base.id}.yaml`
  const yaml = readYaml(text)
  if ('faults' in yaml || !isPart(yaml.value)) return ofSameProvider(loadCampaign(text, fileName), base, fileName)
  const judged = judgeCampaign({ ...yaml, value: { ...skeletonOf(base), ...yaml.value } }, fileName)
  if ('faults' in judged) return judged
  const { followUps, outcomes } = judged.campaign
  return {
    campaign: {
      ...base,
      ...('followUps' in yaml.value && { followUps }),
      ...('outcomes' in yaml.value && { outcomes }),
    },
  }
}

function isPart(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !whole.some(field => field in value)
}

/** So much of a campaign as decides whether its rules make sense. */
function skeletonOf({ id, name, provider, account, mode, test, outcomes, dial }: Campaign) {
  const retry = Object.entries(dial.retryMs).map(([outcome, delays]) => [outcome, delays.map(isoDuration)])
  const { maxAttempts } = dial
  return { id, name, provider, account, mode, test, outcomes, dial: { maxAttempts, retry: Object.fromEntries(retry) } }
}

const isoDuration = (ms: number) => `PT${ms / 1000}S`

/** The past was told in the words of one vendor. */
function ofSameProvider(
  read: ReturnType<typeof loadCampaign>,
  { provider }: Campaign,
  file: string,
): ReturnType<typeof loadCampaign> {
  if ('faults' in read || read.campaign.provider === provider) return read
  const reason = `must be ${provider}: the calls that these rules are held against were calls of ${provider}`
  return { faults: [{ file, line: 1, path: 'provider', reason }] }
}
