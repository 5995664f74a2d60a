// The attacker owns every origin but ours, and every spelling of ours that a careless comparison takes for it. No such page
// may pass the guard, and none may be told by a CORS header that it may read the answer.
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOriginGuard } from '../../../server/http/origin.ts';

const OWN = 'https://connect.example';
const LISTED = ['https://shop.example', 'http://localhost:3001'];
const OURS = [OWN, ...LISTED];
const guard = createOriginGuard({ publicOrigin: OWN, embedOrigins: LISTED });

const piece = fc.constantFrom(
  ...[
    'https://',
    'http://',
    'connect.example',
    'shop.example',
    'localhost',
    ':3001',
    ':443',
    '.',
    '/',
    '@',
    ':',
    ',',
    ' ',
    '*',
  ],
  ...[
    'null',
    'evil.example',
    'https://shop.example',
    'https://connect.example',
    '\\',
    '#',
    '?',
    '%2e',
    '\t',
    'SHOP.example',
    '。',
  ],
);
const origin = fc.oneof(
  fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')),
  fc.constantFrom(...OURS),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const site = fc.constantFrom(
  undefined,
  'same-origin',
  'same-site',
  'cross-site',
  'none',
  'SAME-ORIGIN',
  'same-origin, none',
  '',
);

describe('createOriginGuard()', () => {
  it('lets a page pass only under an origin of the list, byte for byte, and permits no other to read', () => {
    let passed = 0;
    fc.assert(
      fc.property(
        origin,
        site,
        fc.constantFrom('1', '1', '0', '', '1, 1', undefined),
        (from, fetchSite, marker) => {
          const request = new IncomingMessage(new Socket());
          Object.assign(request.headers, {
            origin: from,
            'sec-fetch-site': fetchSite,
            'x-alpaca-connect': marker,
          });
          const permission = guard.corsHeaders(request)['Access-Control-Allow-Origin'];
          expect(permission).toBe(OURS.includes(from) ? from : undefined);
          try {
            expect(guard.check(request).origin).toBe(from);
          } catch (error) {
            expect(error).toMatchObject({ status: 403 });
            return;
          }
          passed += 1;
          expect(OURS).toContain(from);
          expect(marker).toBe('1');
          expect([undefined, 'same-origin', 'same-site', 'cross-site']).toContain(fetchSite);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});
