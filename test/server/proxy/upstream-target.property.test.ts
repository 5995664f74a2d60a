// The attacker writes any request-target at all, for example a template of the table with a hostile piece put into it. What
// the judge, the table and the builder let pass together must be that template on that host, and nothing more.
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Api } from '../../../server/contract.ts';
import { parseRequestTarget } from '../../../server/http/request-target.ts';
import { operations } from '../../../server/operations.ts';
import { operationFinder } from '../../../server/proxy/match-operation.ts';
import { buildUpstreamRequest, type UpstreamRequest } from '../../../server/proxy/upstream-request.ts';
import { hostileQueries } from '../http/hostile-targets.ts';
import { Harness, PAGE_LINES } from './proxy-harness.ts';

const ORIGIN = 'https://api.alpaca.example';
const REQUEST = new IncomingMessage(new Socket());
const findOperation = operationFinder(['paper', 'live'], []);

const UUID = '0d1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7';
const VALUES = [
  'x'.repeat(70),
  ...`AAPL BRK.B BTC%2FUSD ${UUID} FILL us-1 NYSE stocks trade a%2Fb%2Fc`.split(' '),
];
const PIECES = [
  ...'/ // /../ /./ .. . %2e %2E%2E %2f %2F %5c \\ ; %00 % %25 # ? @ : :80 evil.example http://evil.example'.split(
    ' ',
  ),
  ...'__proto__ {symbol} \t \u0000 \u007f é ． %C0%AE'.split(' '),
  ' ',
];
const QUERIES = [
  '',
  '?',
  '?a=1&a=2',
  '?a[]=1&__proto__[x]=1',
  '?symbols=BTC%2FUSD,ETH/USD',
  '?q=a+b%20c',
  ...hostileQueries,
];

const filledTemplate = fc
  .tuple(
    fc.constantFrom(...operations),
    fc.array(fc.constantFrom(...VALUES, ...PIECES), { minLength: 4, maxLength: 4 }),
  )
  .map(([[api, method, path], values]) => {
    let next = 0;
    const filled = path.replace(/\{\w+\}/g, () => values[next++] ?? '');
    return { api: (api === 'data' ? 'data' : 'paper') as Api, method, path: filled };
  });

/** A filled template, as it is or with hostile pieces anywhere in it. */
const attempt = fc
  .tuple(
    filledTemplate,
    fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...PIECES)), { maxLength: 2 }),
    fc.constantFrom(...QUERIES),
  )
  .map(([{ api, method, path }, insertions, query]) => {
    let spoilt = path;
    for (const [at, piece] of insertions) spoilt = spoilt.slice(0, at) + piece + spoilt.slice(at);
    return { api, method, target: `/alpaca/${api}${spoilt}${query}` };
  });

/** What goes to Alpaca, or undefined when the request is refused. */
function accept(
  api: Api,
  method: string,
  target: string,
  prefix = '',
): { upstream: UpstreamRequest; template: string } | undefined {
  try {
    const { path, query } = parseRequestTarget(target);
    const below = path.slice('/alpaca/'.length + api.length);
    const { path: template, events, headers: documented } = findOperation(api, method, below);
    const length = undefined;
    const base = { origin: ORIGIN, prefix };
    const checked = { base, method, path: below, query, length, events, documented };
    const parts = { ...checked, accessToken: 'abc', requestId: 'r1' };
    return { upstream: buildUpstreamRequest(parts, REQUEST), template };
  } catch {
    return undefined;
  }
}

/** A template as an expression over the raw path: a parameter is one segment, in which only a `%2F` may be encoded. */
function shapeOf(template: string): RegExp {
  const literal = template.replace(/[.:]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\{\w+\}/g, '[\\w-][\\w.-]*(?:%2[Ff]\\w+)?')}$`);
}

describe('an accepted request', () => {
  it('neither reaches another origin nor leaves its template', () => {
    let accepted = 0;
    fc.assert(
      fc.property(attempt, fc.constantFrom('', '/prefix'), ({ api, method, target }, prefix) => {
        const found = accept(api, method, target, prefix);
        if (found === undefined) return;
        accepted += 1;
        const { origin, path } = found.upstream;
        const [pathname = '', ...query] = path.split('?');
        const url = new URL(origin + path);
        expect([url.origin, url.pathname, url.hash, url.username]).toEqual([ORIGIN, pathname, '', '']);
        expect(pathname.slice(prefix.length)).toMatch(shapeOf(found.template));
        // Nothing was decoded, normalised or added on the way.
        expect(`/alpaca/${api}${pathname.slice(prefix.length)}${['', ...query].join('?')}`).toBe(target);
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });

  it('is refused as soon as its environment is not on offer or its method is another', () => {
    const paperOnly = operationFinder(['paper'], []);
    fc.assert(
      fc.property(filledTemplate, fc.string({ maxLength: 8 }), ({ api, method, path }, other) => {
        expect(() => paperOnly('live', method, path)).toThrow();
        if (!/^(?:GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(other))
          expect(() => findOperation(api, other, path)).toThrow();
      }),
      { numRuns: 2_000 },
    );
  });

  it('arrives byte for byte as it was sent, over raw sockets, or not at all', async () => {
    await using harness = await Harness.start();
    let arrived = 0;
    await fc.assert(
      fc.asyncProperty(attempt, async ({ api, method, target }) => {
        const before = harness.hits.length;
        await harness.raw(`${method} ${target} HTTP/1.1\r\n${PAGE_LINES}\r\n`);
        // Spaces at its end belong to the request line, not to the target (RFC 9112 section 3).
        const expected = accept(api, method, target.replace(/ +$/, ''))?.upstream.path;
        expect(harness.hits.slice(before).map(({ url }) => url)).toEqual(
          expected === undefined ? [] : [expected],
        );
        arrived += harness.hits.length - before;
      }),
      { numRuns: 600 },
    );
    expect(arrived).toBeGreaterThan(10);
  });
});
