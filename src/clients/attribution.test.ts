import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttributionFields } from './attribution.ts'

describe('attribution', () => {
  it('is read as LeadSail shows it, and nothing else with it', () => {
    const known = {
      ipAddress: '203.0.113.7',
      userAgent: 'Mozilla/5.0',
      captureUrl: 'https://quotes.example.com/start',
      params: { utm_source: 'facebook' },
      fbclid: 'AbC',
      fbc: 'fb.1.1.AbC',
      fbp: 'fb.1.1.2',
      ttclid: 'E.C.P.x',
      ttp: 't',
    }
    expect(AttributionFields.parse({ ...known, gclid: 'g', brandNew: {} })).toEqual(known)
  })

  it.each([undefined, null, 'facebook', [], {}, { fbc: null, params: [] }, { fbp: ' ', params: { a: {} } }])(
    'is absent for %j',
    given => {
      expect(AttributionFields.parse(given)).toBeUndefined()
    },
  )

  it('is bounded', () => {
    const params = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`p${n}`, n]))
    const read = AttributionFields.parse({
      fbc: 'x'.repeat(2_001),
      ttp: 't',
      params: { long: 'x'.repeat(3_000), ['n'.repeat(200)]: 'x', ...params },
    })
    expect(Object.keys(read ?? {})).toEqual(['params', 'ttp'])
    expect(Object.keys(read?.params ?? {})).toHaveLength(50)
    expect(read?.params?.['p0']).toBe('0')
  })

  it('takes whatever stands there without failing, and changes no prototype', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (params, fbc) => {
        AttributionFields.parse({ params, fbc })
      }),
    )
    AttributionFields.parse(JSON.parse('{"params":{"__proto__":{"polluted":"yes"},"constructor":"x"},"fbc":"1"}'))
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})
