/** The least that answers a webhook: Express parses the body and says 202. Nothing is kept. */
import express from 'express'

const app = express()
app.use(express.json())
app.post('/webhooks/leadsail', (_request, response) => {
  response.status(202).json({ status: 'accepted' })
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
