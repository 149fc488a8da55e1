import { parseArgs } from 'node:util'
import { z } from 'zod'

const count = (min: number) => z.coerce.number().int().min(min).max(1_000_000)

const Options = z.object({
  journeys: count(1),
  /** Worker processes killed; the web process is killed once for every fifth of them, on top. */
  kills: count(0),
  redisRestarts: count(0),
  seed: count(0),
  /** Leads sent per second. */
  rate: z.coerce.number().min(0.1).max(1_000),
  /** Seconds that everything may take to come to rest after the last lead and the last disturbance. */
  limit: z.coerce.number().min(1).max(86_400),
  /** Where the figures go as JSON. */
  json: z.string().min(1).optional(),
  /** Repeats one call, one text and one pixel behind the service's back and invents an event: the judge must see it. */
  sabotage: z.boolean(),
  /** Logs stay although all went well. */
  keep: z.boolean(),
})
export type Options = z.output<typeof Options>

export const USAGE = `usage: npm run chaos -- [options]
  --journeys 10000       leads to send
  --kills 50             worker processes to kill -9; the web process is killed once for every fifth
  --redis-restarts 10    restarts of Redis, by SIGKILL and SIGTERM in turn
  --seed 1               plan, leads, outcomes and faults follow from it
  --rate 20              leads per second
  --limit 300            seconds to come to rest after the last lead and the last disturbance
  --json <file>          figures as JSON
  --keep                 leave the logs also when all went well
  --sabotage             repeat one call, text and pixel unseen: the run must then fail`

/**
 * Reads the command line.
 * @throws ZodError or TypeError (of `parseArgs`) when it does not fit
 */
export function readOptions(args: readonly string[]): Options {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      journeys: text('10000'),
      kills: text('50'),
      'redis-restarts': text('10'),
      seed: text('1'),
      rate: text('20'),
      limit: text('300'),
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      sabotage: { type: 'boolean', default: false },
    },
  })
  const { 'redis-restarts': redisRestarts, ...others } = values
  return Options.parse({ ...others, redisRestarts })
}
