import type { CampaignView } from '../desk/campaigns.ts'

type Fault = NonNullable<CampaignView['fileFaults']>[number]

/** One thing that is wrong with a campaign file, for a page. */
export interface FaultLine {
  /** `roof.yaml, line 12`. */
  place: string
  /** `dial.maxAttempts`; empty for the file as a whole. */
  path: string
  reason: string
}

/** Whoever mends it knows where the campaign files lie: the name is enough. */
export function describeFault({ file, line, path, reason }: Fault): FaultLine {
  const name = file.split('/').at(-1) ?? file
  return { place: line > 0 ? `${name}, line ${line}` : name, path, reason }
}
