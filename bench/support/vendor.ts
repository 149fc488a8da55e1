/** The simulator as a vendor that answers at once and whose calls are over at once. */
import { createSimulator } from '../../simulator/simulator.ts'

await createSimulator({
  port: Number(process.env['PORT']),
  control: { timeScale: 1_000, scripts: { '*': [{ status: 'qualified', lengthMs: 1, summary: 'A call.' }] } },
})
