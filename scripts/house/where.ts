/** Whether a path is this file, or lies in this folder. */
export function isInside(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

/**
 * `src/ledger` for everything in it, `src/app.ts` for a file that stands alone (and its unit test), `test` for all of
 * `test`.
 */
export function roomOf(path: string): string {
  const [top = '', second = '', ...deeper] = path.split('/')
  if (top !== 'src') return top
  return deeper.length > 0 ? `src/${second}` : path.replace(/\.test\.ts$/, '.ts')
}

/** A test, or what serves tests alone. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || isInside(path, 'test')
}

/** A test beside the code that it tests. */
export function isUnitTest(path: string): boolean {
  return path.endsWith('.test.ts') && !isInside(path, 'test')
}
