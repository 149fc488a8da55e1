import { createHook } from 'node:async_hooks'
import { pathToFileURL } from 'node:url'

interface Imported {
  path: string
  /** What Node made for it (`TCPSERVERWRAP`, `Timeout`), and what it listens to of the process. */
  opened: string[]
  error?: string
}

/** What loading modules makes by itself; the channel belongs to `node:dns` as such and asks nobody. */
const LOADING = ['PROMISE', 'TickObject', 'Microtask', 'Immediate', 'FSREQCALLBACK', 'FSREQPROMISE', 'DNSCHANNEL']

/**
 * Imports files one after the other and says what each has opened or started, even if it stopped it again:
 * `node import-quietly.ts <path>…` prints one JSON array and ends by itself, unless one of them keeps it alive.
 */
const imported: Imported[] = []
// Loading `node:process` opens them, and so does asking whether they are terminals.
void [process.stdin, process.stdout, process.stderr]
let opened: string[] = []
const hook = createHook({
  init(_id, type) {
    if (!LOADING.includes(type)) opened.push(type)
  },
}).enable()

for (const path of process.argv.slice(2)) {
  opened = []
  const heard = process.eventNames()
  const error = await import(pathToFileURL(path).href).then(
    () => ({}),
    thrown => ({ error: String(thrown) }),
  )
  // What it starts may show a turn later.
  await new Promise(resolve => setImmediate(resolve))
  for (const name of process.eventNames()) {
    if (!heard.includes(name)) opened.push(`listener of ${String(name)}`)
  }
  imported.push({ path, opened, ...error })
}
hook.disable()
console.log(JSON.stringify(imported))
