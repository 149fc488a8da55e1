import * as z from 'zod'
import { CampaignFile } from './schema.ts'

/** The JSON Schema (draft 2020-12) of a campaign file, as an author writes it. */
export function campaignJsonSchema() {
  return z.toJSONSchema(CampaignFile, { target: 'draft-2020-12', io: 'input' })
}
