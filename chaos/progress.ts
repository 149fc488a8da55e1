/** Where a run stands. */
export interface Standing {
  journeys: number
  accepted: number
  refused: number
  disturbances: string
  /** Journeys that are over; absent while the service cannot be asked. */
  over?: number
}

export interface Progress {
  show(standing: Standing): void
  /** Leaves the terminal as it was. */
  end(): void
}

/** Without a terminal one line says enough for this long, ms. */
const SPARSE_MS = 15_000
const BAR = 30

/** A bar that is drawn over itself on a terminal, and now and then a line where the output is a file. */
export function createProgress(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  let saidAt = Number.NEGATIVE_INFINITY
  let over = 0
  return {
    show(standing) {
      over = standing.over ?? over
      const line = lineOf(standing, over)
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${line.slice(0, stream.columns)}`)
      } else if (now() - saidAt >= SPARSE_MS) {
        saidAt = now()
        stream.write(`${line}\n`)
      }
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[2K')
    },
  }
}

function lineOf({ journeys, accepted, refused, disturbances }: Standing, over: number): string {
  const share = Math.min(1, over / journeys)
  const full = Math.round(share * BAR)
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `${bar} ${percent} % over · ${accepted}/${journeys} taken · ${refused} × 503 · ${disturbances} disturbances`
}
