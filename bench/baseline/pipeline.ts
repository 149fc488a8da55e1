/**
 * The whole job as a good engineer would write it in an afternoon with Express and BullMQ: a queue per act, retries by
 * BullMQ, a delayed job for every look. No ledger, no verification, no dedup, no budget, no windows; a crash between a
 * request and the end of its job does it again. Same Redis settings and concurrency as what it is held against.
 */
import { type Job, Queue, Worker } from 'bullmq'
import express from 'express'
import { Redis } from 'ioredis'

const CONCURRENCY = 100
const LOOK_EVERY_MS = 50

const base = process.env['LEADSAIL_BASE_URL'] ?? ''
const headers = { 'content-type': 'application/json', 'x-api-key': process.env['LEADSAIL_API_KEY'] ?? '' }
const connection = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null })
const defaultJobOptions = {
  ...{ attempts: 5, backoff: { type: 'exponential', delay: 1_000 } },
  ...{ removeOnComplete: true, removeOnFail: 1_000 },
}
const queueOf = (name: string) => new Queue(name, { connection, defaultJobOptions })
const [calls, looks, texts, pixels] = ['call', 'look', 'text', 'pixel'].map(queueOf) as [Queue, Queue, Queue, Queue]

interface Lead {
  leadId: string
  data: { phone: string; firstName: string }
  interactionId: string
}

async function ask(method: string, path: string, body?: unknown): Promise<{ interactionId: string; status: string }> {
  const answer = await fetch(base + path, {
    ...{ method, headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`)
  const { data } = (await answer.json()) as { data: { interactionId: string; status: string } }
  return data
}

const work = (name: string, act: (job: Job<Lead>) => Promise<unknown>) =>
  new Worker<Lead>(name, act, { connection, concurrency: CONCURRENCY })

work('call', async ({ data: lead }) => {
  const phone = lead.data.phone
  const { interactionId } = await ask('POST', '/voice/calls/initiate', { leadId: lead.leadId, phone })
  await looks.add('look', { ...lead, interactionId }, { delay: LOOK_EVERY_MS })
})
work('look', async ({ data: lead }) => {
  const { status } = await ask('GET', `/interactions/${lead.interactionId}`)
  if (status === 'in_progress') return looks.add('look', lead, { delay: LOOK_EVERY_MS })
  if (status !== 'qualified') return undefined
  return Promise.all([texts.add('text', lead), pixels.add('pixel', lead)])
})
work('text', ({ data: lead }) => {
  const message = `Hi ${lead.data.firstName}, thanks for talking with us.`
  return ask('POST', '/sms/send', { leadId: lead.leadId, to: lead.data.phone, message })
})
work('pixel', ({ data: lead }) => {
  const event = { leadId: lead.leadId, pixelId: '1', platform: 'facebook', eventName: 'Lead' }
  return ask('POST', '/pixels/fire', event)
})

const app = express()
app.use(express.json())
app.post('/webhooks/leadsail', async (request, response) => {
  await calls.add('call', request.body)
  response.status(202).json({ status: 'accepted' })
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
