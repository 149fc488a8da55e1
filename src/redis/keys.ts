/**
 * Every key this program writes. What belongs together in one Lua call carries one hash tag (`{s07}`), so that it also
 * lives together on a Redis Cluster; what stands alone carries none.
 */
export type Keys = ReturnType<typeof createKeys>

/** Kinds of steps, each with a due index of its own. */
export const stepKinds = ['dial', 'poll', 'text', 'fire', 'reconcile'] as const
export type StepKind = (typeof stepKinds)[number]

export function createKeys(prefix: string) {
  const inShard = (shard: string, name: string) => `${prefix}:{s${shard}}:${name}`
  return {
    /** Hash: what was fixed at the first start (number of shards, key of the keyed hashes). */
    meta: `${prefix}:meta`,
    /** String: when a canary job last finished, ms. */
    canary: `${prefix}:canary`,
    /** Stream: who did what. */
    audit: `${prefix}:audit`,
    /** Hash per vendor account: its request budget. */
    budget: (account: string) => `${prefix}:budget:${account}`,
    /** Hash per campaign: its status and since when. */
    control: (campaign: string) => `${prefix}:control:${campaign}`,
    /** String: set while everything is paused. */
    pausedAll: `${prefix}:paused`,
    /** String per campaign: when its next dial may start, ms. */
    pace: (campaign: string) => `${prefix}:pace:${campaign}`,
    /** Sorted set per campaign: places of live calls, by when they lapse. */
    live: (campaign: string) => `${prefix}:live:${campaign}`,
    /** Sorted sets per campaign: calls that went well and calls that failed lately, by when that was known. */
    breaker: (campaign: string) => {
      const tag = `${prefix}:{breaker:${campaign}}`
      return { succeeded: `${tag}:ok`, failed: `${tag}:failed` }
    },
    /** Hash per lead: its journeys, and the newest per campaign. */
    lead: (lead: string) => `${prefix}:lead:${lead}`,
    /** String per once-mark: the journey that owns it. */
    once: (mark: string) => `${prefix}:once:${mark}`,
    /** List per import with many faults: its report, sealed, for a day. */
    importReport: (campaign: string, importId: string) => `${prefix}:import:${campaign}:${importId}`,
    /** BullMQ's prefix for one queue; the tag keeps a queue's keys on one master and spreads queues over masters. */
    queuePrefix: (queue: string) => `${prefix}:{${queue}}`,
    shard: (shard: string) => ({
      /** String: says whose data this shard holds, and that it is still there. */
      mark: inShard(shard, 'mark'),
      /** Hash per event: the record. */
      event: (eventId: string) => inShard(shard, `ev:${eventId}`),
      /** Sorted set: events by the time they came in. */
      events: inShard(shard, 'events'),
      /** Sorted set: events not yet handled, by the time they are due (again). */
      inbox: inShard(shard, 'inbox'),
      /** Hash per journey: `v` and `doc`. */
      journey: (journeyId: string) => inShard(shard, `j:${journeyId}`),
      /** List per journey. */
      timeline: (journeyId: string) => inShard(shard, `t:${journeyId}`),
      /** Sorted set: all journeys by creation. */
      journeys: inShard(shard, 'journeys'),
      /** Sorted set per campaign and state: journeys by creation. */
      inState: (campaign: string, state: string) => inShard(shard, `st:${campaign}:${state}`),
      /** Hash per campaign: journeys per state and outcome. */
      tally: (campaign: string) => inShard(shard, `n:${campaign}`),
      /** Sorted set: ended journeys by their end. */
      ended: inShard(shard, 'ended'),
      /** Hash: newest journey per campaign and person. */
      newest: inShard(shard, 'newest'),
      /** Hash: when the newest journey per campaign and person ended, once its record is past its retention. */
      past: inShard(shard, 'past'),
      /** Hash: journey per vendor's interaction id. */
      interactions: inShard(shard, 'ix'),
      /** Sorted set: parked effects by the time they were parked. */
      parked: inShard(shard, 'parked'),
      /**
       * Sorted set: steps by the time they are due. Dials have two per campaign, so that each has its own pace and a lead
       * somebody asks for does not stand behind a list.
       */
      due: (kind: StepKind, campaign?: string, isList = false) =>
        inShard(shard, kind === 'dial' ? `due:${isList ? 'list' : 'dial'}:${campaign}` : `due:${kind}`),
      /** Hash per number: live-call lock and the last call's time. */
      person: (person: string) => inShard(shard, `p:${person}`),
      /** Sorted set per number: calls by intent. */
      calls: (person: string) => inShard(shard, `pc:${person}`),
      /** Sorted set per number: its journeys by creation. */
      personJourneys: (person: string) => inShard(shard, `pj:${person}`),
      /** Hash: suppressions, field `<person>:<channel>`. */
      suppressions: inShard(shard, 'suppressed'),
    }),
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
