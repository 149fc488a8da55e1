import type { ShownSetting } from '../desk/settings.ts'
import { counted } from './counted.ts'

/** A setting goes to the first group one of whose beginnings its name has. */
const groups: readonly { name: string; beginnings: readonly string[] }[] = [
  {
    name: 'Service',
    beginnings: ['HOST', 'PORT', 'PUBLIC_URL', 'ROLES', 'ADMIN_API_KEYS', 'LOG_LEVEL', 'SHUTDOWN_TIMEOUT'],
  },
  { name: 'Campaigns and leads', beginnings: ['CAMPAIGNS_DIR', 'DEFAULT_COUNTRY'] },
  { name: 'Data', beginnings: ['DATA_', 'RETENTION', 'REDIS_', 'SHARDS'] },
  { name: 'LeadSail', beginnings: ['LEADSAIL_'] },
  { name: 'LeadConnector', beginnings: ['LEADCONNECTOR_'] },
  { name: 'NaturaLead', beginnings: ['NATURALEAD_'] },
  { name: 'Meta and TikTok', beginnings: ['META_', 'TIKTOK_'] },
  {
    name: 'Webhooks of others',
    beginnings: ['WEBHOOK_', 'ELEVENLABS_', 'VAPI_', 'RETELL_', 'BLAND_', 'TWILIO_'],
  },
  { name: 'What is told to others', beginnings: ['EVENT_WEBHOOK_', 'ALERT_', 'OTEL_'] },
  { name: 'Command line', beginnings: ['AFTERCALL_'] },
]

/** Where a setting goes that none of them has. */
const REST = 'Others'

export interface SettingRow {
  name: string
  /** `{ text, isCode }`: the meaning in pieces, names of settings and addresses set apart. */
  meaning: readonly { text: string; isCode: boolean }[]
  /** A value to be shown as it is written; a secret has none. */
  value: string | undefined
  /** What is said instead of a value, or beside it: `set (2 values)`, `not set`, `default`. */
  standing: string | undefined
}

/** All settings by what they are about, in the order of the groups. Groups without any are left out. */
export function settingGroups(settings: readonly ShownSetting[]): { name: string; rows: SettingRow[] }[] {
  const byGroup = Map.groupBy(settings, ({ name }) => groupOf(name))
  return [...groups.map(({ name }) => name), REST].flatMap(name => {
    const own = byGroup.get(name)
    return own === undefined ? [] : [{ name, rows: own.map(rowOf) }]
  })
}

function groupOf(setting: string): string {
  const starts = ({ beginnings }: (typeof groups)[number]) =>
    beginnings.some(beginning => setting.startsWith(beginning))
  return groups.find(starts)?.name ?? REST
}

function rowOf(setting: ShownSetting): SettingRow {
  const { name } = setting
  const meaning = inPieces(setting.meaning)
  if (setting.isSecret) {
    const { count } = setting
    return { name, meaning, value: undefined, standing: count === 0 ? 'not set' : `set (${counted(count, 'value')})` }
  }
  const { value, isDefault } = setting
  return {
    name,
    meaning,
    value,
    standing: value === undefined ? 'not set' : isDefault ? 'default' : undefined,
  }
}

/** Meanings are written with names between backticks. */
function inPieces(meaning: string): SettingRow['meaning'] {
  return meaning.split('`').flatMap((text, index) => (text === '' ? [] : [{ text, isCode: index % 2 === 1 }]))
}
