/** The simulator as a vendor of its own process; `CONTROL` says how it behaves, as `POST /_control` takes it. */
import { createSimulator } from '../../simulator/simulator.ts'

await createSimulator({ port: Number(process.env['PORT']), control: JSON.parse(process.env['CONTROL'] ?? '{}') })
