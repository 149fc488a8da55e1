import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Nothing inline, nothing from elsewhere, in no frame: whatever a lead's name holds, it stays text. */
export function createSecurityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // With `no-referrer`, helmet's own default, browsers send `Origin: null` with forms, which nobody could tell apart
    // from another site's.
    referrerPolicy: { policy: 'same-origin' },
    // Whether a host is to be spoken to by https only is for whoever runs its https to say.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  })
}
