import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolvePath } from './path.ts'

describe('resolvePath', () => {
  it('fills the template and keeps it for metrics', () => {
    const path = {
      route: '/leads/{leadId}/x',
      params: { leadId: 'a/b?c#d é' },
      query: { page: 2, all: true, none: undefined },
    }
    expect(resolvePath(path)).toEqual({
      route: '/leads/{leadId}/x',
      sent: '/leads/a%2Fb%3Fc%23d%20%C3%A9/x?page=2&all=true',
    })
    expect(resolvePath('/sms/send')).toEqual({ route: '/sms/send', sent: '/sms/send' })
  })

  it.each(['', '.', '..', '\ud800'])('refuses the id %j', leadId => {
    expect(() => resolvePath({ route: '/leads/{leadId}', params: { leadId } })).toThrow(
      expect.objectContaining({ name: 'RejectedError', code: 'BAD_ID' }),
    )
  })

  it('throws where a value was forgotten', () => {
    expect(() => resolvePath({ route: '/leads/{leadId}' })).toThrow(TypeError)
  })

  it('never lets an id leave its place in the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), leadId => {
        fc.pre(leadId !== '.' && leadId !== '..')
        const { sent } = resolvePath({ route: '/leads/{leadId}/end', params: { leadId } })
        const url = new URL(`https://vendor.example/api${sent}`)
        expect(url.search + url.hash).toBe('')
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'api', 'leads', leadId, 'end'])
      }),
    )
  })
})
