import { producerConnection, untilReady } from '../redis/connect.ts'
import { connectedReplicas } from '../redis/connected-replicas.ts'
import { installedServer } from '../redis/installed-server.ts'
import { checkRedisSafety, type SafetyProblem, versionProblem } from '../redis/safety.ts'
import { PATIENCE_MS } from './ask.ts'
import { bad, type Finding, good, noted } from './finding.ts'

/** What was found out about Redis, and what it took for the time. */
export interface RedisLook {
  findings: Finding[]
  /** By its own clock, ms; absent where it was not asked. */
  time?: { atMs: number; askedAtMs: number }
}

/** What each thing that can be wrong with a Redis comes to. */
const matters: Readonly<Record<string, string>> = {
  version: 'the scripts that keep calls from being made twice do not run there',
  role: 'nothing can be written there',
  'maxmemory-policy': 'when memory is full, journeys and opt-outs vanish without a trace',
  appendonly: 'what was accepted is gone after a restart',
  appendfsync: 'what was accepted in the last second is gone after a crash',
}

/** The Redis of `REDIS_URL`, or the server that would be started. */
export async function checkRedis(
  { url, acceptUnsafe, waitReplicas }: { url?: string; acceptUnsafe: boolean; waitReplicas: number },
  now: () => number,
): Promise<RedisLook> {
  if (url === undefined) return { findings: [await checkInstalled()] }
  const client = producerConnection({ kind: 'url', url }, { name: 'aftercall-doctor' })
  try {
    await untilReady(client, PATIENCE_MS)
    const { problems } = await checkRedisSafety(client)
    // A replica itself has other troubles.
    const isPrimary = problems.every(({ setting }) => setting !== 'role')
    const replicas = isPrimary ? ofReplicas(waitReplicas, await connectedReplicas(client)) : []
    const askedAtMs = now()
    const [seconds = 0, micros = 0] = await client.time()
    const time = { atMs: Number(seconds) * 1000 + Number(micros) / 1000, askedAtMs: (askedAtMs + now()) / 2 }
    const found = problems.map(problem => findingOf(problem, acceptUnsafe))
    const kept = found.length > 0 ? found : [good('redis', 'Redis keeps every write, on disk')]
    return { time, findings: [...kept, ...replicas] }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    const mend = 'see that it runs and that REDIS_URL has its address, user and password'
    return { findings: [bad('redis', what, 'without Redis no event is taken and no call is made', mend)] }
  } finally {
    client.disconnect()
  }
}

function findingOf({ setting, found, mend, acceptable }: SafetyProblem, acceptUnsafe: boolean): Finding {
  const what = `${setting} is ${found}`
  if (acceptable && acceptUnsafe) return noted('redis', `${what}; accepted by REDIS_ACCEPT_UNSAFE`)
  return bad('redis', what, matters[setting] ?? 'it may lose what was entrusted to it', mend)
}

/** Whether what `REDIS_WAIT_REPLICAS` asks for can be had. */
function ofReplicas(asked: number, connected: number | undefined): Finding[] {
  if (connected === undefined) {
    const what = 'how many replicas follow is unknown, because INFO is forbidden (ACL SETUSER <user> +info)'
    return asked === 0 ? [] : [noted('redis', what)]
  }
  const follow = connected === 1 ? '1 replica follows Redis' : `${connected} replicas follow Redis`
  if (asked === 0) {
    const what = `${follow}, and REDIS_WAIT_REPLICAS is 0: a failover may forget what was just accepted`
    return connected === 0 ? [] : [noted('redis', what)]
  }
  if (connected >= asked) return [good('redis', follow)]
  const why = 'until as many have each write, events are refused and no call, text or pixel leaves'
  const mend = 'see that its replicas run and are connected; with a lower number a failover forgets what was accepted'
  return [bad('redis', `REDIS_WAIT_REPLICAS is ${asked}, and ${follow}`, why, mend)]
}

async function checkInstalled(): Promise<Finding> {
  const found = await installedServer()
  const why = 'without REDIS_URL the service runs a Redis of its own, and needs the program for it'
  if (found === undefined) {
    const mend = 'run ./setup to install one, or set REDIS_URL to use one that runs'
    return bad('redis', 'no redis-server or valkey-server on the PATH', why, mend)
  }
  const { program, version } = found
  const [problem] = versionProblem(version)
  if (problem !== undefined) return bad('redis', `${program} ${version} is too old`, why, problem.mend)
  return good('redis', `${program} ${version} is there for the private Redis`)
}
