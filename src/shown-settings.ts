import { type Setting, settings } from './settings.ts'

/** A setting as people may see it. Of a secret nothing but how many values it holds. */
export type ShownSetting = { name: string; meaning: string } & (
  | { isSecret: true; count: number }
  | { isSecret: false; value: string | undefined; isDefault: boolean }
)

/** Every setting with what is in force. An empty value counts as absent, as it does when settings are read. */
export function showSettings(env: Readonly<Record<string, string | undefined>>): readonly ShownSetting[] {
  return Object.entries<Setting>(settings).map(([name, spec]) => {
    const { meaning, schema, secret } = spec
    const given = env[name]?.trim() || undefined
    if (secret) return { name, meaning, isSecret: true, count: given === undefined ? 0 : countOf(schema, given) }
    const raw = given ?? spec.default
    return {
      ...{ name, meaning, isSecret: false },
      value: raw === undefined ? undefined : withoutCredentials(raw),
      isDefault: given === undefined || given === spec.default,
    }
  })
}

function countOf(schema: Setting['schema'], given: string): number {
  const parsed = schema.safeParse(given)
  return parsed.success && Array.isArray(parsed.data) ? parsed.data.length : 1
}

const HIDDEN = '•••••'

/** An address may hold a password or a token, though it is not said to be a secret. */
function withoutCredentials(value: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(value)
    ? value.replace(/\/\/[^/?#]*@/, `//${HIDDEN}@`).replace(/\?.*$/s, `?${HIDDEN}`)
    : value
}
