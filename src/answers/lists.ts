import { z } from 'zod'

/** One page of a list: rows under their noun, and where the next page begins, if there is one. */
export function listOf<N extends string, T extends z.ZodType>(noun: N, row: T) {
  const rows = { [noun]: z.array(row) } as Record<N, z.ZodArray<T>>
  return z.object({
    ...rows,
    nextCursor: z.string().optional().meta({ description: 'give it as `cursor` for the next page' }),
  })
}
