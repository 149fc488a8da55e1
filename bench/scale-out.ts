import { availableParallelism } from 'node:os'
import { type Pace, runJourneys } from './journeys.ts'
import { middle } from './support/median.ts'

/** What a second worker process adds. Where the machine has no core for it, it can add nothing. */
export interface ScaleOutResult {
  cores: number
  one: Pace
  two: Pace
  ratio: number
}

/** The receiver, Redis, the vendor and whoever sends are processes of their own beside the workers. */
export async function measureScaleOut(options: { rounds: number; journeys: number }): Promise<ScaleOutResult> {
  const { rounds, journeys } = options
  const paces: Record<'one' | 'two', Pace[]> = { one: [], two: [] }
  for (let round = 0; round < rounds; round += 1) {
    paces.one.push(await runJourneys({ journeys, workers: 1 }))
    paces.two.push(await runJourneys({ journeys, workers: 2 }))
  }
  const [one, two] = [middle(paces.one), middle(paces.two)]
  return { cores: availableParallelism(), one, two, ratio: two.perSecond / one.perSecond }
}
