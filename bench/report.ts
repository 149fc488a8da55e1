import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { type Held, holdAgainstGoals, type Results } from './goals.ts'

const docs = new URL('../docs/', import.meta.url)
const page = new URL('performance.md', docs)
const kept = new URL('performance.json', docs)
const chart = new URL('images/performance.svg', docs)

/** When and on what a row is measured. */
export function sayWhen(): string {
  const redis = /v=([\d.]+)/.exec(spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]
  const day = new Date().toISOString().slice(0, 10)
  return `${day}, Node ${process.versions.node}, Redis ${redis ?? 'unknown'}, ${availableParallelism()} cores`
}

const BEGIN = '<!-- what `npm run bench` has measured -->'
const END = '<!-- end -->'

/** What was measured before, by row. */
export async function readResults(): Promise<Results> {
  try {
    return JSON.parse(await readFile(kept, 'utf8'))
  } catch {
    return {}
  }
}

/** Writes the results as JSON, as the table of `docs/performance.md` and as its chart. */
export async function writeResults(results: Results): Promise<void> {
  const held = holdAgainstGoals(results)
  const text = await readFile(page, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`docs/performance.md lacks ${BEGIN} … ${END}`)
  await writeFile(kept, `${JSON.stringify(results, undefined, 2)}\n`)
  await writeFile(page, `${before}${BEGIN}\n${tableOf(held)}${whenOf(results)}${END}${after}`)
  await writeFile(chart, drawChart(held))
}

function tableOf(held: readonly Held[]): string {
  const rows = held.map(
    ({ row, what, measured, goal, reached, beside }) =>
      `| ${row} | ${what} | ${reached >= 1 ? '**' : ''}${measured}${reached >= 1 ? '**' : ''} | ${goal} | ${beside} |\n`,
  )
  return `| | what | measured | goal | made of |\n|---|---|---|---|---|\n${rows.join('')}`
}

function whenOf({ when = {} }: Results): string {
  const rows = Map.groupBy(Object.entries(when).sort(), ([, said]) => said)
  const lines = [...rows].map(([said, named]) => `${named.map(([row]) => row).join(', ')}: ${said}`)
  return lines.length === 0 ? '' : `\nMeasured on ${lines.join('; ')}.\n`
}

const LINE = 26
const LEFT = 540
const WIDTH = 300
/** How much of a goal the chart has room for. */
const MOST = 2

/** A bar for each figure; the line is its goal. Colours follow the reader's scheme. */
function drawChart(held: readonly Held[]): string {
  const height = held.length * LINE + 40
  const goalX = LEFT + WIDTH / MOST
  const bars = held.map(({ row, what, measured, reached, isBeyondMachine }, index) => {
    const y = 30 + index * LINE
    const width = (Math.min(reached, MOST) / MOST) * WIDTH
    const name = `${row} ${what.replaceAll('`', '')}`
    return (
      `<text x="${LEFT - 10}" y="${y + 13}" text-anchor="end">${escapeXml(name.length > 84 ? `${name.slice(0, 83)}…` : name)}</text>` +
      `<rect class="${classOf(reached, isBeyondMachine)}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="18" rx="3"/>` +
      `<text class="value" x="${LEFT + width + 8}" y="${y + 13}">${escapeXml(measured)}${reached > MOST ? ' »' : ''}</text>`
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 110} ${height}" role="img" aria-label="Measured figures as a share of their goals">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2937 }
.value { font-weight: 600 }
.met { fill: #15803d } .short { fill: #c2410c } .beyond { fill: #9ca3af } .goal { stroke: #1f2937; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .met { fill: #4ade80 } .short { fill: #fb923c } .goal { stroke: #e5e7eb } }
</style>
<line class="goal" x1="${goalX}" x2="${goalX}" y1="20" y2="${height - 10}"/>
<text x="${goalX}" y="14" text-anchor="middle">goal</text>
${bars.join('\n')}
</svg>
`
}

function classOf(reached: number, isBeyondMachine = false): string {
  if (reached >= 1) return 'met'
  return isBeyondMachine ? 'beyond' : 'short'
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
