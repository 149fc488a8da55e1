/** A small chart of bars over time, drawn on the server: everything in percent of the width and pixels of the height. */
export interface Plot {
  height: number
  bars: { x: number; width: number; y: number; height: number; label: string }[]
  ticks: { x: number; label: string }[]
  /** The scale: its top, and its middle where that is a whole number. */
  top: number
  middle: number | undefined
  /** What it shows, for those who do not see it. */
  summary: string
}

export interface PlotStep {
  count: number
  /** What is said of this bar when somebody points at it. */
  label: string
  /** Stands below the bar's beginning, where it has one. */
  tick?: string | undefined
}

const HEIGHT = 96
/** A bar that stands for something can be seen. */
const LEAST_HEIGHT = 2
/** Of the room a bar has, the part that is left free. */
const GAP = 0.2
/** Labels nearer to an edge than this would be cut off, in percent. */
const MARGIN = 6

const scales = [1, 2, 4, 6, 8, 10]

export function createPlot(steps: readonly PlotStep[], summary: string, fullHeight = HEIGHT): Plot {
  const top = scaleTop(Math.max(1, ...steps.map(({ count }) => count)))
  const room = 100 / Math.max(1, steps.length)
  const half = top / 2
  return {
    height: fullHeight,
    bars: steps.flatMap(({ count, label }, index) => {
      if (count <= 0) return []
      const height = Math.max(LEAST_HEIGHT, (fullHeight * count) / top)
      const x = room * (index + GAP / 2)
      return [
        {
          x: rounded(x),
          width: rounded(room * (1 - GAP)),
          y: rounded(fullHeight - height),
          height: rounded(height),
          label,
        },
      ]
    }),
    ticks: steps.flatMap(({ tick }, index) => {
      const x = rounded(room * index)
      return tick === undefined || x < MARGIN || x > 100 - MARGIN ? [] : [{ x, label: tick }]
    }),
    top,
    middle: Number.isInteger(half) ? half : undefined,
    summary,
  }
}

/** The smallest of 1, 2, 4, 6, 8 and their tens that holds the count. */
function scaleTop(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(most))
  return (scales.find(scale => scale * unit >= most) ?? 10) * unit
}

const rounded = (value: number) => Math.round(value * 100) / 100
