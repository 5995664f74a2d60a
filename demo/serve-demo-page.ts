import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Entry } from './rebalancer.ts';

interface DemoSetting {
  /** Whether Alpaca is the simulator. */
  simulated: boolean;
  /** Where the page offers to connect: `paper` and `live` at Alpaca itself, and ids of broker partners. */
  places: readonly string[];
  /** What acts while nobody is there: for how many days it may, and what it did, the latest first. Default: nothing does. */
  away?: { days: number; entries: () => readonly Entry[] };
}

/** The demo page at `/` and the gallery, under a policy as strict as a site can have. */
export function serveDemoPage({ simulated, places, away }: DemoSetting): RequestHandler {
  const folder = fileURLToPath(new URL('../dist/demo-pages/', import.meta.url));
  const integrity = readFileSync(new URL('../server/public/connect.js.sri', import.meta.url), 'utf8');
  const page = readFileSync(join(folder, 'page', 'index.html'), 'utf8').replace(
    '</head>',
    [
      `<meta name="alpaca-connect-demo" content="${simulated ? 'simulated' : 'real'}">`,
      `<meta name="alpaca-connect-places" content="${places.join()}">`,
      ...(away ? [`<meta name="alpaca-connect-away" content="${away.days}">`] : []),
      `<meta name="alpaca-connect-integrity" content="${integrity}">`,
      '</head>',
    ].join(''),
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
          trustedTypes: ['alpaca-connect'],
        },
      },
      // Helmet's default, same-origin, would cut the page off its own popup.
      crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    }),
  );
  router.get('/', (_request, response) => {
    response.set('Cache-Control', 'no-store').type('html').send(page);
  });
  router.get('/gallery', (_request, response) => {
    response.set('Cache-Control', 'no-store').sendFile(join(folder, 'gallery', 'index.html'));
  });
  router.get('/while-away', (_request, response) => {
    response.set('Cache-Control', 'no-store').json(away?.entries() ?? []);
  });
  router.use(express.static(folder, { index: false }));
  return router;
}
