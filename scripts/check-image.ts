/**
 * Builds the image and starts it as `docker-compose.yml` says, then holds both against what is promised: healthy within
 * 30 s, not root, a root file system that cannot be written to, no development packages. `npm run check:image`; it needs a
 * Docker engine, and takes `NODE_IMAGE` and `REDIS_IMAGE` as the compose file does.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const root = new URL('../', import.meta.url)
const project = `aftercall-check-${randomBytes(3).toString('hex')}`
const image = `${project}:latest`
const MOST_MS = 30_000

/** `docker compose`, or the program that came before it. */
const compose: [string, ...string[]] =
  spawnSync('docker', ['compose', 'version']).status === 0 ? ['docker', 'compose'] : ['docker-compose']

function run([command, ...first]: readonly [string, ...string[]], ...args: string[]): string {
  return execFileSync(command, [...first, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, AFTERCALL_IMAGE: image, COMPOSE_PROJECT_NAME: project },
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

const faults: string[] = []
function hold(what: string, isSo: boolean, seen: string): void {
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${what}: ${seen}`)
  if (!isSo) faults.push(what)
}

try {
  run(compose, 'build', '--build-arg', `NODE_IMAGE=${process.env['NODE_IMAGE'] ?? 'node:24-slim'}`)
  const startedAt = performance.now()
  run(compose, 'up', '-d')
  const app = run(compose, 'ps', '-q', 'app')
  const health = () => run(['docker'], 'inspect', '-f', '{{.State.Health.Status}}', app)
  while (health() !== 'healthy' && performance.now() - startedAt < 2 * MOST_MS) await wait(200)
  const tookMs = Math.round(performance.now() - startedAt)
  hold('healthy within 30 s of `up`', health() === 'healthy' && tookMs <= MOST_MS, `${health()} after ${tookMs} ms`)

  const inApp = (...command: string[]) =>
    spawnSync('docker', ['exec', app, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const user = inApp('id', '-u').stdout.trim()
  hold('not root', user !== '' && user !== '0', `uid ${user}`)
  const written = inApp('sh', '-c', 'echo x >/app/written')
  hold('the root file system cannot be written to', written.status !== 0, written.stderr.trim())
  const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const look = Object.keys(devDependencies).map(name => `[ ! -e node_modules/${name} ] || echo ${name}`)
  const development = inApp('sh', '-c', look.join('\n'))
    .stdout.split('\n')
    .filter(name => name !== '')
  hold('no development packages', development.length === 0, development.join(', ') || 'none')
  const ready = inApp('node', '-e', "fetch('http://127.0.0.1:3000/readyz').then(a => console.log(a.status))")
  console.log(`     /readyz answers ${ready.stdout.trim()}`)
  const bytes = Number(run(['docker'], 'image', 'inspect', '-f', '{{.Size}}', image))
  const packages = inApp('du', '-sm', '/app').stdout.split(/\s/)[0]
  console.log(`     image ${Math.round(bytes / 1e6)} MB, of which /app ${packages} MB`)
} finally {
  run(compose, 'down', '-v', '--remove-orphans')
  spawnSync('docker', ['image', 'rm', image])
}
process.exitCode = faults.length === 0 ? 0 : 1
