import { randomBytes } from 'node:crypto'

/** What a new installation starts with. */
export interface FirstFiles {
  env: string
  campaign: string
  /** Shown once. */
  adminKey: string
}

/** Name of the first campaign's file without its ending, and so its id. */
export const FIRST_CAMPAIGN = 'first-campaign'

/** Random bytes of a key; whoever can guess it needs no key. */
const KEY_BYTES = 24

/** Secrets are made here and nowhere else: nobody but this machine has seen them. */
export function firstFiles(): FirstFiles {
  const random = (encoding: 'base64' | 'base64url' | 'hex', bytes = 32) => randomBytes(bytes).toString(encoding)
  const adminKey = random('base64url', KEY_BYTES)
  return { adminKey, campaign, env: envFile({ adminKey, random }) }
}

function envFile(made: {
  adminKey: string
  random: (encoding: 'base64' | 'base64url' | 'hex', bytes?: number) => string
}): string {
  const { adminKey, random } = made
  return `# Written by \`aftercall init\`. The secrets in it were made on this machine: keep a copy of DATA_KEY in a safe
# place, for without it nobody can read the personal data again. .env.example lists every setting.

# name:role:key,… with role viewer, operator or admin
ADMIN_API_KEYS=admin:admin:${adminKey}
# what the command line sends
AFTERCALL_API_KEY=${adminKey}

# seals personal data in Redis
DATA_KEY=${random('base64')}

# LeadSail: its API key (Settings page), and the value of the header X-Webhook-Secret of its webhook
LEADSAIL_API_KEY=
LEADSAIL_WEBHOOK_SECRET=${random('hex')}

# Standard Webhooks, for your own systems
WEBHOOK_SECRET=whsec_${random('base64')}

# where vendors reach this service, such as https://calls.example.com
PUBLIC_URL=
`
}

const campaign = `# yaml-language-server: $schema=../schema/campaign.schema.json
id: ${FIRST_CAMPAIGN}
name: First campaign
provider: leadsail
account: { campaignId: CHANGE-ME }    # LeadSail's id of the campaign
trigger: { events: [lead.processed] } # without events it waits for a list
test: true                            # LeadSail's test calls, until you are sure
dial:
  windows: { mon-fri: "09:00-20:00" } # in the lead's time zone
  timezone: America/New_York          # where nothing else tells the lead's
  maxAttempts: 3
  retry: { no_answer: [PT2H, P1D], busy: [PT10M], voicemail: [P1D] }
  pace: { callsPerSecond: 1, maxLive: 5 }
followUps: []
# Texts are sent for real, also in test mode:
#  - id: thanks
#    when: { outcome: [qualified, answered] }
#    sms: { text: "Hi {{ lead.firstName | default: 'there' }}, thanks for talking with us.", delay: PT2M }
`
