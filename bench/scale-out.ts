import { availableParallelism } from 'node:os'
import { type Pace, runJourneys } from './journeys.ts'

/** What a second worker process adds. Where the machine has no core for it, it can add nothing. */
export interface ScaleOutResult {
  cores: number
  one: Pace
  two: Pace
  ratio: number
}

/** The receiver, Redis, the vendor and whoever sends are processes of their own beside the workers. */
export async function measureScaleOut({ journeys }: { journeys: number }): Promise<ScaleOutResult> {
  const one = await runJourneys({ journeys, workers: 1 })
  const two = await runJourneys({ journeys, workers: 2 })
  return { cores: availableParallelism(), one, two, ratio: two.perSecond / one.perSecond }
}
