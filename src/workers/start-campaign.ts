import type { CampaignBook } from '../campaigns/book.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { startCampaign } from '../queues/start-campaign.ts'
import type { Handler } from './settled.ts'

type Payload = ReturnType<(typeof startCampaign)['payload']['parse']>

/** Who the audit says started it. */
const BY = 'start.cron'

/** A campaign's time has come: a draft with leads starts. One without waits for its next time. */
export function createStartCampaign(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  logger: Logger
}): Handler<Payload> {
  const { ledger, campaigns, logger } = parts
  return async ({ campaign: id }) => {
    const about = { campaign: id }
    if (campaigns.get(id)?.start?.cron === undefined) return { ...about, result: 'gone' }
    const { total } = await ledger.search.progress(id)
    if (total === 0) return { ...about, result: 'no_leads' }
    if (!(await ledger.control.change(id, ['draft'], 'running'))) return { ...about, result: 'not_a_draft' }
    await ledger.audit.note({ by: BY, what: 'campaign.started', subject: id })
    logger.info({ ...about, by: BY }, 'campaign.started')
    return { ...about, result: 'started' }
  }
}
