/** Samples of ids, by what they are of. */
const ids: Readonly<Record<string, string>> = {
  journeys: 'jrn_s07_4f9d2c81aa03',
  campaigns: 'roof-quotes',
  events: 'leadsail_4f9d2c81aa03b7e5',
  replays: 'rpl_4f9d2c81aa03',
  erasures: 'era_07_4f9d2c81aa03b7e54f9d',
}

/** What else stands in the paths of calls, and a sample of each. */
const parts: Readonly<Record<string, { means: string; example: string }>> = {
  importId: { means: 'id of the import', example: '4f9d2c81aa03b7e5' },
  effectKey: { means: "the effect's key, percent-encoded", example: 'call:jrn_s07_4f9d2c:1' },
  phone: { means: 'the number, with its country code', example: '+12025550123' },
  leadId: { means: "the vendor's id of the lead", example: 'lead_1' },
  source: { means: 'who sends it', example: 'leadsail' },
  secret: { means: 'LEADSAIL_SMS_AGENT_SECRET', example: 'long-random-value' },
}

/** The names in a path: `id` of `/journeys/{id}`. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}

/** What a name in a path stands for, and a sample of it. */
export function pathPart(path: string, name: string): { means: string; example: string } {
  const [, noun = ''] = new RegExp(`(\\w+)/\\{${name}\\}`).exec(path) ?? []
  const example = ids[noun]
  return parts[name] ?? { means: 'its id', example: example ?? name }
}

/** A path with a sample in place of each name. */
export function samplePath(path: string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(pathPart(path, name).example))
}
