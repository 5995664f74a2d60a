// A page that somebody visits shows ten pictures whose addresses are that of the launch page in redirect mode, or has the
// browser fetch it ahead with speculation rules. Each would count as an attempt of its visitor, who could then not connect.
import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../../stage.ts';

interface Asking {
  method?: string;
  headers?: Record<string, string>;
}

/** Asks as a page of the server's own origin has a browser ask, but for these headers. */
function ask(stage: Stage, path: string, { method = 'GET', headers = {} }: Asking = {}) {
  return new Promise<{ status?: number; cookies: number; cache?: string; body: string }>(
    (resolve, reject) => {
      const all = {
        Referer: `${stage.url}/`,
        'Sec-Fetch-Dest': 'document',
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Site': 'same-origin',
        ...headers,
      };
      httpRequest(stage.url + path, { method, headers: all }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => {
          const { 'set-cookie': cookies = [], 'cache-control': cache = '' } = answer.headers;
          resolve({ status: answer.statusCode ?? 0, cookies: cookies.length, cache, body });
        });
      })
        .on('error', reject)
        .end();
    },
  );
}

/** The two launch pages. */
function pathsOf(stage: Stage) {
  const redirect = new URLSearchParams({
    mode: 'redirect',
    environment: 'paper',
    code_challenge: 'x'.repeat(43),
    return_to: `${stage.url}/`,
  });
  return {
    redirect: `/alpaca/launch?${redirect}`,
    popup: `/alpaca/launch?origin=${encodeURIComponent(stage.url)}`,
  };
}

const NO_PERSON: [string, Asking][] = [
  ...['image', 'script', 'style', 'empty', 'iframe', 'frame', 'object', 'embed', 'fencedframe'].map(
    (destination): [string, Asking] => [destination, { headers: { 'Sec-Fetch-Dest': destination } }],
  ),
  ['HEAD', { method: 'HEAD' }],
  ['prefetch of speculation rules', { headers: { 'Sec-Purpose': 'prefetch' } }],
  ['prefetch through a proxy', { headers: { 'Sec-Purpose': 'prefetch;anonymous-client-ip' } }],
  ['prerender', { headers: { 'Sec-Purpose': 'prefetch;prerender', Purpose: 'prefetch' } }],
  ['prefetch of older browsers', { headers: { Purpose: 'prefetch' } }],
  ['prefetch of Firefox', { headers: { 'X-Moz': 'prefetch' } }],
  ['preview of Safari', { headers: { 'X-Purpose': 'preview' } }],
];

describe('GET /launch', () => {
  it('starts nothing, counts nothing and keeps nothing of what no person opened, in both modes', async () => {
    await using stage = await openStage({ environment: { CONNECTS_PER_MINUTE: '2' } });
    const { redirect, popup } = pathsOf(stage);
    for (const [what, asking] of NO_PERSON) {
      for (const path of [redirect, popup]) {
        const answer = await ask(stage, path, asking);
        expect(answer, what).toMatchObject({ status: 400, cookies: 0, cache: 'no-store' });
        expect(answer.body, what).not.toContain('<script');
      }
    }
    expect(stage.logged()).not.toContain('attempt_started');
    expect((await ask(stage, popup)).status).toBe(200);
    expect((await ask(stage, redirect)).status).toBe(303);
    // As browsers without Fetch Metadata do.
    const plain = await fetch(stage.url + redirect, {
      headers: { Referer: `${stage.url}/` },
      redirect: 'manual',
    });
    expect(plain.status).toBe(303);
    expect((await ask(stage, redirect)).status).toBe(429);
  });
});
