/** Acts that have a name in common run one after the other, in the order they came; all others side by side. */
export interface Turns {
  run<T>(names: readonly string[], act: () => Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    async run(names, act) {
      const before = names.flatMap(name => last.get(name) ?? [])
      const mine = before.length === 0 ? act() : Promise.allSettled(before).then(act)
      for (const name of names) last.set(name, mine)
      try {
        return await mine
      } finally {
        for (const name of names) if (last.get(name) === mine) last.delete(name)
      }
    },
  }
}
