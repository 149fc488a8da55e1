/**
 * What a good engineer would write in an afternoon: Express takes the webhook, puts it on a BullMQ queue and answers. No
 * verification, no dedup, no record; Redis as most people run it, with `appendfsync everysec`.
 */
import { Queue } from 'bullmq'
import express from 'express'
import { Redis } from 'ioredis'

const redis = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null })
const queue = new Queue('webhooks', {
  connection: redis,
  defaultJobOptions: { removeOnComplete: true, attempts: 3, backoff: { type: 'exponential', delay: 1_000 } },
})
const app = express()
app.use(express.json())
app.post('/webhooks/leadsail', async (request, response) => {
  await queue.add('lead', request.body)
  response.status(202).json({ status: 'accepted' })
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
