import { describe, expect, test } from 'vitest'
import { badOnes, fault, healthy, look } from './examination.ts'

describe('vendor keys', () => {
  test.each(['leadsail', 'leadconnector', 'naturalead', 'meta', 'tiktok'] as const)(
    'a key that %s refuses is found',
    async vendor => {
      const { env } = await healthy({ control: { apiKeys: { [vendor]: 'another' } } })
      const found = await fault({ env })
      expect(found).toMatchObject({ check: 'vendor_keys', what: expect.stringContaining(`${vendor} refuses the key`) })
      expect(found.mend).toMatch(/make a new key at .* as \w+_(?:API_KEY|TOKEN)$/)
    },
  )

  test('a token of another sub-account is found, and not taken for a wrong one', async () => {
    const { env } = await healthy()
    const found = await fault({ env: { ...env, LEADCONNECTOR_LOCATION_ID: 'elsewhere' } })
    expect(found.mend).toContain('LEADCONNECTOR_LOCATION_ID')
  })

  test('a question does nothing at the vendor', async () => {
    const { env, simulator } = await healthy({ control: { requestLog: true } })
    await look({ env })
    const { calls, texts, pixels } = simulator.truth()
    expect({ calls, texts, pixels }).toMatchObject({ calls: [], texts: [], pixels: [] })
    const routes = simulator.requests().map(({ route }) => route)
    expect(routes.length).toBeGreaterThan(4)
    expect(routes.filter(route => /POST|PUT|PATCH|DELETE/.test(route))).toEqual([])
  })

  test('a vendor that is away is found, and one that a campaign needs and nobody has set up', async () => {
    const { env, away } = await healthy()
    expect(await fault({ env: { ...env, LEADSAIL_BASE_URL: away.url } })).toMatchObject({
      ...{ check: 'vendor_keys', what: expect.stringContaining('leadsail could not be asked') },
      mend: expect.stringContaining('LEADSAIL_BASE_URL'),
    })
    const { LEADSAIL_API_KEY: _, ...rest } = env
    expect(await fault({ env: rest })).toMatchObject({ what: 'LEADSAIL_API_KEY is not set, and roof needs it' })
  })

  test("an app's tokens are left to the service", async () => {
    const { env } = await healthy()
    const { LEADCONNECTOR_TOKEN: _, ...rest } = env
    const app = {
      LEADCONNECTOR_OAUTH_CLIENT_ID: 'a',
      LEADCONNECTOR_OAUTH_CLIENT_SECRET: 'b',
      LEADCONNECTOR_OAUTH_REFRESH_TOKEN: 'c',
    }
    const findings = await look({ env: { ...rest, ...app } })
    expect(badOnes(findings)).toEqual([])
    expect(findings).toContainEqual(expect.objectContaining({ what: expect.stringContaining("the app's tokens") }))
  })
})
