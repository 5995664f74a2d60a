import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it } from 'vitest';
import {
  ATTEMPT_LIFETIME,
  type Attempt,
  attemptId,
  newState,
  sealAttempt,
} from '../../../server/flow/attempt.ts';
import { AttemptCookies } from '../../../server/flow/attempt-cookies.ts';
import { Sealer } from '../../../server/session/sealer.ts';

const HTTPS = new URL('https://app.shop.test');
const sealer = new Sealer([randomBytes(32)]);

function attempt(change: Partial<Attempt> = {}): Attempt {
  return {
    state: newState(),
    codeChallenge: 'c'.repeat(43),
    environment: 'paper',
    scope: '',
    origin: HTTPS.origin,
    redirectUri: `${HTTPS.origin}/alpaca/callback`,
    expires: Date.now() + ATTEMPT_LIFETIME,
    ...change,
  };
}

const nameOf = ({ state }: Attempt) => `__Host-alpaca.attempt.${attemptId(state)}`;
const cookieOf = (each: Attempt) => `${nameOf(each)}=${sealAttempt(sealer, each)}`;

interface Answer {
  taken: Attempt | null;
  setCookie: string[];
}

/** What one request with these cookies gets from `use`. */
async function answerTo(
  cookies: string[],
  use: (cookies: AttemptCookies, request: express.Request, response: express.Response) => Attempt | undefined,
  publicUrl = HTTPS,
): Promise<Answer> {
  const attemptCookies = new AttemptCookies(sealer, publicUrl);
  const server = createServer(
    express().get('/', (request, response) => {
      response.json({ taken: use(attemptCookies, request, response) ?? null });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      headers: { Cookie: cookies.join('; ') },
    });
    return {
      ...((await answer.json()) as { taken: Attempt | null }),
      setCookie: answer.headers.getSetCookie(),
    };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const set = (cookies: string[], each: Attempt, publicUrl = HTTPS) =>
  answerTo(
    cookies,
    (attemptCookies, request, response) => {
      attemptCookies.set(request, response, each);
      return undefined;
    },
    publicUrl,
  );
const take = (cookies: string[], state: string) =>
  answerTo(cookies, (attemptCookies, request, response) => attemptCookies.take(request, response, state));
const takeOnly = (cookies: string[]) =>
  answerTo(cookies, (attemptCookies, request, response) => attemptCookies.takeOnly(request, response));

const isCleared = (line: string) => /Expires=Thu, 01 Jan 1970/.test(line);
const attributesOf = (line: string | undefined) =>
  (line ?? '')
    .split('; ')
    .slice(1)
    .filter((attribute) => !attribute.startsWith('Expires='))
    .sort();

describe('attemptCookies.set()', () => {
  it('sets a __Host- cookie that scripts cannot read and that ends with the attempt', async () => {
    const one = attempt();
    const { setCookie } = await set([], one);
    expect(setCookie).toHaveLength(1);
    expect(setCookie[0]).toMatch(new RegExp(`^${nameOf(one)}=`));
    expect(attributesOf(setCookie[0])).toEqual([
      'HttpOnly',
      'Max-Age=600',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
  });

  it('drops the prefix and Secure on plain http, where browsers would refuse both', async () => {
    const { setCookie } = await set([], attempt(), new URL('http://localhost:3000'));
    expect(setCookie[0]).toMatch(/^alpaca\.attempt\./);
    expect(attributesOf(setCookie[0])).toEqual(['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax']);
  });

  it('keeps five open attempts and forgets all of them at the sixth, so that headers stay small', async () => {
    const four = [1, 2, 3, 4].map(() => cookieOf(attempt()));
    expect((await set(four, attempt())).setCookie).toHaveLength(1);
    const { setCookie } = await set([...four, cookieOf(attempt())], attempt());
    expect(setCookie.filter(isCleared)).toHaveLength(5);
    expect(setCookie.filter((line) => !isCleared(line))).toHaveLength(1);
  });

  it('counts no cookie that only looks like one of its own', async () => {
    const strangers = [1, 2, 3, 4, 5].map((each) => `__Host-alpaca.attempt.${each}=x`);
    expect((await set(strangers, attempt())).setCookie).toHaveLength(1);
  });
});

describe('attemptCookies.take()', () => {
  it('gives the attempt of this state, and clears its cookie with the attributes it was set with', async () => {
    const [one, other] = [attempt(), attempt()];
    const { taken, setCookie } = await take([cookieOf(other), cookieOf(one)], one.state);
    expect(taken).toEqual(one);
    expect(setCookie).toHaveLength(1);
    expect(setCookie[0]).toMatch(new RegExp(`^${nameOf(one)}=;`));
    expect(isCleared(setCookie[0] ?? '')).toBe(true);
    expect(attributesOf(setCookie[0])).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  it('refuses an attempt that has expired, and one that was moved to the name of another', async () => {
    const late = attempt({ expires: Date.now() });
    expect((await take([cookieOf(late)], late.state)).taken).toBeNull();
    const [one, other] = [attempt(), attempt()];
    const moved = `${nameOf(one)}=${sealAttempt(sealer, other)}`;
    expect((await take([moved], one.state)).taken).toBeNull();
  });

  it('does not read a cookie without the prefix, which a sibling subdomain could have planted', async () => {
    const one = attempt();
    expect((await take([cookieOf(one).replace('__Host-', '')], one.state)).taken).toBeNull();
  });
});

describe('attemptCookies.takeOnly()', () => {
  it('gives the one open attempt, and none of two', async () => {
    const one = attempt();
    expect((await takeOnly([cookieOf(one)])).taken).toEqual(one);
    const { taken, setCookie } = await takeOnly([cookieOf(one), cookieOf(attempt())]);
    expect(taken).toBeNull();
    expect(setCookie).toEqual([]);
    expect((await takeOnly([])).taken).toBeNull();
  });
});
