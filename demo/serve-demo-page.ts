import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import { packageRoot } from '../server/pages/package-root.ts';

/** The demo page at `/`, under a policy as strict as a site can have (browsers.md, "Lit and CSP lab"). */
export function serveDemoPage({ simulated }: { simulated: boolean }): RequestHandler {
  const folder = join(packageRoot(), 'dist', 'demo', 'page');
  const page = readFileSync(join(folder, 'index.html'), 'utf8').replace(
    '</head>',
    `<meta name="alpaca-connect-demo" content="${simulated ? 'simulated' : 'real'}"></head>`,
  );
  const router = express.Router();
  router.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          connectSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
          requireTrustedTypesFor: ["'script'"],
          trustedTypes: ['lit-html'],
        },
      },
      // Helmet's default, same-origin, would cut the page off its own popup.
      crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    }),
  );
  router.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('html').send(page);
  });
  router.use(express.static(folder, { index: false }));
  return router;
}
