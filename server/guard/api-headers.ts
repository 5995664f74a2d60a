import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { OriginGuard } from './trusted-origin.ts';

/**
 * The headers of every JSON answer: never cached, never rendered, readable only by pages on the allow-list.
 * (The pages of the popup set their own: see pages/popup-page.ts.)
 */
export function apiHeaders(guard: OriginGuard): RequestHandler[] {
  const harden = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Whether a whole host and its subdomains are https for a year is for its owner to say, not for a router on it.
    strictTransportSecurity: false,
  });
  return [
    harden,
    (request, response, next) => {
      response.set('Cache-Control', 'no-store').set(guard.corsHeaders(request));
      next();
    },
  ];
}
