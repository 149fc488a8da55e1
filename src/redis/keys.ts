/**
 * Every key this program writes. What belongs together in one Lua call carries one hash tag (`{s07.248}`), so that it
 * also lives together on a Redis Cluster; what stands alone carries none.
 */
export type Keys = ReturnType<typeof createKeys>

/** Kinds of steps, each with a due index of its own. */
export const stepKinds = [
  'dial',
  'poll',
  'read',
  'text',
  'fire',
  'reconcile',
  'handover',
  'walk',
  'tell',
  'write',
] as const
export type StepKind = (typeof stepKinds)[number]

/**
 * Names that differ in their last digits only get slots that lie close together, since a slot is a CRC. These two make a
 * number for each shard that spreads the shards evenly over 3, 4, 5 or 6 masters, 16 shards as evenly as can be.
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
const SPREAD = { factor: 251, modulus: 503 } as const

/** What a shard's keys have in braces, by the shard's name. */
export function shardTag(shard: string): string {
  return `{s${shard}.${(Number(shard) * SPREAD.factor) % SPREAD.modulus}}`
}

/** What a queue's keys have in braces: with this word before them the busiest queues lie on different masters. */
export function queueTag(queue: string): string {
  return `{jobs_${queue}}`
}

/** There are few shards, and their names are asked for with every command. */
function remembered<T>(make: (shard: string) => T): (shard: string) => T {
  const made = new Map<string, T>()
  return shard => {
    const known = made.get(shard)
    if (known !== undefined) return known
    const fresh = make(shard)
    made.set(shard, fresh)
    return fresh
  }
}

export function createKeys(prefix: string) {
  const inShard = (shard: string, name: string) => `${prefix}:${shardTag(shard)}:${name}`
  return {
    /** Hash: what was fixed at the first start (number of shards, key of the keyed hashes). */
    meta: `${prefix}:meta`,
    /** String: when a canary job last finished, ms. */
    canary: `${prefix}:canary`,
    /** String per process: what it has counted; sorted set: the processes, by when they last said so. */
    processMetrics: (process: string) => `${prefix}:metrics:${process}`,
    processes: `${prefix}:processes`,
    /** String: the alerts that stand, and how far they were told. */
    alerts: `${prefix}:alerts`,
    /** Hash per minute: effects that were done or went wrong, by kind; for an hour. */
    results: (minute: number) => `${prefix}:results:${minute}`,
    /** Hash: when each vendor account last accepted and last refused its key, ms. */
    keyAnswers: `${prefix}:key-answers`,
    /** Stream: who did what. */
    audit: `${prefix}:audit`,
    /** Hash per vendor account: its request budget. */
    budget: (account: string) => `${prefix}:budget:${account}`,
    /** String per vendor account: its tokens, sealed; string: whoever renews them just now. */
    tokens: (account: string) => ({
      kept: `${prefix}:tokens:${account}`,
      renewal: `${prefix}:tokens:${account}:renewal`,
    }),
    /** Hash per campaign: its status and since when. */
    control: (campaign: string) => `${prefix}:control:${campaign}`,
    /**
     * Of a provider whose interactions may begin without us. Hash: until when they have been looked through, ms, for each
     * campaign; string: whose turn it is to walk over them; hash: since when that cannot be done, and why.
     */
    found: (provider: string) => ({
      reached: `${prefix}:found:${provider}:reached`,
      lease: `${prefix}:found:${provider}:lease`,
      fault: `${prefix}:found:${provider}:fault`,
    }),
    /** String: set while everything is paused: since when, and why where nobody wished it. */
    pausedAll: `${prefix}:paused`,
    /** String per campaign: when its next dial may start, ms. */
    pace: (campaign: string) => `${prefix}:pace:${campaign}`,
    /** Sorted set per campaign: places of live calls, by when they lapse. */
    live: (campaign: string) => `${prefix}:live:${campaign}`,
    /** Hash per campaign: how many of its calls were about so long, by bucket of lengths. */
    callLengths: (campaign: string) => `${prefix}:lengths:${campaign}`,
    /** Sorted sets per campaign: calls that went well and calls that failed lately, by when that was known. */
    breaker: (campaign: string) => {
      const tag = `${prefix}:{breaker:${campaign}}`
      return { succeeded: `${tag}:ok`, failed: `${tag}:failed` }
    },
    /** Hash per lead: its journeys, the newest per campaign, and what was said of reaching it by its id alone. */
    lead: (lead: string) => `${prefix}:lead:${lead}`,
    /** Set: leads, by their keyed hash, of whom words are kept that somebody has to judge. */
    leadWords: `${prefix}:lead-words`,
    /** String per once-mark: who owns it; of a pixel once per lead, the journey and its round, or `done`. */
    once: (mark: string) => `${prefix}:once:${mark}`,
    /** List per import with many faults: its report, sealed, for a day. */
    importReport: (campaign: string, importId: string) => `${prefix}:import:${campaign}:${importId}`,
    /** Sorted set: reports of imports that are kept, `<campaign> <import>`, by when they were last written to, ms. */
    importReports: `${prefix}:import-reports`,
    /** List per campaign: its latest imports with their counts, newest first. */
    importLog: (campaign: string) => `${prefix}:import-log:${campaign}`,
    /** Sorted set: replays by when they were asked for; set: those that are going on. */
    replays: { all: `${prefix}:{replays}:all`, running: `${prefix}:{replays}:running` },
    /** Hash per replay: what was asked for, how far it is, and when its next effect may be handed back. */
    replay: (replay: string) => `${prefix}:{replays}:r:${replay}`,
    /** Hash: how requests to each destination of pixels have gone lately, where they have failed. */
    destinations: `${prefix}:destinations`,
    /** Set: names of the keys that data may still be sealed with; `none` for data that is not sealed. */
    dataKeys: `${prefix}:data-keys`,
    /** Hash: how far everything has been sealed anew with the first of the keys. */
    sealing: `${prefix}:sealing`,
    /** Hash: a count that goes up every few seconds, and when it last did, ms: a Redis that was restored is behind. */
    beat: `${prefix}:beat`,
    /** Hash: the time that a restored Redis knows nothing of, `from` and `to`, ms. */
    restored: `${prefix}:restored`,
    /** BullMQ's prefix for one queue; the tag keeps a queue's keys on one master and spreads queues over masters. */
    queuePrefix: (queue: string) => `${prefix}:${queueTag(queue)}`,
    shard: remembered((shard: string) => ({
      /** String: says whose data this shard holds, and that it is still there. */
      mark: inShard(shard, 'mark'),
      /** String without a meaning: written so that replicas which have it have everything before it. */
      touched: inShard(shard, 'touched'),
      /** Hash per event: the record. */
      event: (eventId: string) => inShard(shard, `ev:${eventId}`),
      /** Sorted set: events by the time they came in. */
      events: inShard(shard, 'events'),
      /** Sorted set: `<name> <event>` for everybody and every journey that an event is about, by name. */
      eventNames: inShard(shard, 'ev-names'),
      /** Sorted set: handled events that name nobody as far as could be read, by when they were handled. */
      unnamed: inShard(shard, 'ev-unnamed'),
      /** Sorted set: events not yet handled, by the time they are due (again). */
      inbox: inShard(shard, 'inbox'),
      /** Sorted set: events whose delivery is still to be passed on, by the time that is due (again). */
      forwards: inShard(shard, 'forwards'),
      /** Sorted set: leads that are to be erased, by the time that is due (again); hash per erasure. */
      erasures: inShard(shard, 'erasures'),
      erasure: (erasureId: string) => inShard(shard, `er:${erasureId}`),
      /** Hash per journey: `v` and `doc`. */
      journey: (journeyId: string) => inShard(shard, `j:${journeyId}`),
      /** List per journey. */
      timeline: (journeyId: string) => inShard(shard, `t:${journeyId}`),
      /** Sorted set: all journeys by creation. */
      journeys: inShard(shard, 'journeys'),
      /** Sorted set per campaign and state: journeys by creation. */
      inState: (campaign: string, state: string) => inShard(shard, `st:${campaign}:${state}`),
      /** Hash per campaign: journeys per state and outcome; with `test:` before it, those of them that are tests. */
      tally: (campaign: string) => inShard(shard, `n:${campaign}`),
      /** Hash per campaign and day (UTC): calls begun, by minute of the day; for some days. */
      dials: (campaign: string, day: string) => inShard(shard, `dials:${campaign}:${day}`),
      /** Sorted set: ended journeys by their end. */
      ended: inShard(shard, 'ended'),
      /** Sorted sets: tests among all journeys, by creation, and among those that ended, by their end. */
      tests: inShard(shard, 'tests'),
      endedTests: inShard(shard, 'tests-ended'),
      /** Hash: newest journey per campaign and person. */
      newest: inShard(shard, 'newest'),
      /** Hash: when the newest journey per campaign and person ended, once its record is past its retention. */
      past: inShard(shard, 'past'),
      /** Hash: journey per vendor's interaction id. */
      interactions: inShard(shard, 'ix'),
      /** Hash: journey per name that the voice platform or the carrier has for a call. */
      callNames: inShard(shard, 'cn'),
      /** Sorted set: parked effects by the time they were parked. */
      parked: inShard(shard, 'parked'),
      /** Hash: what the failures of each group have in common. */
      failureGroups: inShard(shard, 'fg'),
      /** Hash: when an effect of each group last went wrong. */
      failureTimes: inShard(shard, 'ft'),
      /** Sorted set per group: failed effects by when they first went wrong. */
      failures: (group: string) => inShard(shard, `f:${group}`),
      /** Hash per replay: what it came to in this shard; for some weeks. */
      replay: (replay: string) => inShard(shard, `rp:${replay}`),
      /** Sorted set: journeys whose end could not be told, by when that was given up. */
      untold: inShard(shard, 'untold'),
      /**
       * Sorted set: steps by the time they are due. Dials have two per campaign, so that each has its own pace and a lead
       * somebody asks for does not stand behind a list; and so have hand-overs, which go out by campaign.
       */
      due: (kind: StepKind, campaign?: string, isList = false) => {
        if (kind === 'dial') return inShard(shard, `due:${isList ? 'list' : 'dial'}:${campaign}`)
        if (kind === 'handover') return inShard(shard, `due:handover-${isList ? 'list' : 'dial'}:${campaign}`)
        return inShard(shard, `due:${kind}`)
      },
      /** Sorted set per destination of pixels: steps that wait until it takes pixels again, by the end of their time. */
      waiting: (destination: string) => inShard(shard, `due:fire@${destination}`),
      /** Hash per number: live-call lock and the last call's time. */
      person: (person: string) => inShard(shard, `p:${person}`),
      /** Sorted set per number: calls by intent. */
      calls: (person: string) => inShard(shard, `pc:${person}`),
      /** Sorted set per number: its journeys by creation. */
      personJourneys: (person: string) => inShard(shard, `pj:${person}`),
      /** Hash: suppressions, field `<person>:<channel>` and, where it was read in a text, `:text` or `:inferred` behind it. */
      suppressions: inShard(shard, 'suppressed'),
      /** Sorted set: suppressed numbers (`<shard>.<person>`) by when they came in. */
      suppressed: inShard(shard, 'suppressed-numbers'),
      /** Sorted set: those of them that were only inferred, and that a person should look at. */
      inferred: inShard(shard, 'suppressed-inferred'),
    })),
  }
}

/** `7` of 16 is `07`: fixed width, so that ids sort and read well. */
export function shardName(index: number): string {
  return String(index).padStart(2, '0')
}

/** The names of all shards. */
export function shardNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => shardName(index))
}
