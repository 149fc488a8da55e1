import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createSimulator } from './simulator.ts'

const Arguments = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  seed: z.coerce.number().int().min(0),
  host: z.string().min(1),
})

function readArguments(): z.output<typeof Arguments> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      seed: { type: 'string', default: '1' },
      host: { type: 'string', default: '127.0.0.1' },
    },
  })
  return Arguments.parse(values)
}

async function main(): Promise<void> {
  let options: z.output<typeof Arguments>
  try {
    options = readArguments()
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    console.error(`${reason}\nusage: simulator [--port 4010] [--seed 1] [--host 127.0.0.1]`)
    process.exit(2)
  }
  const simulator = await createSimulator(options)
  console.log(JSON.stringify({ msg: 'simulator.listening', port: simulator.port, url: simulator.url }))
  const stop = () => void simulator.close().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

await main()
