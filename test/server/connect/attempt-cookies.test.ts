import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { ATTEMPT_LIFETIME, type Attempt, attemptId, newState } from '../../../server/connect/attempt.ts';
import { AttemptCookies, sealAttempt } from '../../../server/connect/attempt-cookies.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { steadyNow } from '../../../server/session/steady-clock.ts';

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
    sameSite: true,
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
const read = (cookies: string[], state: string) =>
  answerTo(cookies, (attemptCookies, request) => attemptCookies.read(request, state));
const readNewest = (cookies: string[]) =>
  answerTo(cookies, (attemptCookies, request) => attemptCookies.readNewest(request));

const isCleared = (line: string) => /Expires=Thu, 01 Jan 1970/.test(line);
const forgottenIn = (lines: string[]) => lines.filter(isCleared).map((line) => line.replace(/=.*/, ''));
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

  it('keeps five attempts of one origin, and forgets the oldest of them for a sixth', async () => {
    const five = [3, 1, 5, 2, 4].map((minute) => attempt({ expires: Date.now() + minute * 60_000 }));
    expect((await set(five.slice(1).map(cookieOf), attempt())).setCookie).toHaveLength(1);
    const { setCookie } = await set(five.map(cookieOf), attempt());
    expect(forgottenIn(setCookie)).toEqual([nameOf(five[1] as Attempt)]);
    expect(setCookie).toHaveLength(2);
  });

  it('forgets no attempt of another origin, however many of its own there are and however old the other is', async () => {
    const oldest = attempt({ origin: 'https://other.test', expires: Date.now() + 60_000 });
    const jar = new Map([[nameOf(oldest), cookieOf(oldest)]]);
    for (let turn = 0; turn < 15; turn += 1) {
      const next = attempt({ returnTo: `${HTTPS.origin}/`.padEnd(turn * 130, 'a') });
      const { setCookie } = await set([...jar.values()], next);
      for (const name of forgottenIn(setCookie)) jar.delete(name);
      jar.set(nameOf(next), cookieOf(next));
      expect([...jar.keys()]).toEqual(expect.arrayContaining([nameOf(oldest), nameOf(next)]));
      expect([...jar.values()].join('; ').length).toBeLessThan(8_000);
    }
    expect(jar.size).toBeLessThanOrEqual(6);
  });

  it('refuses a new attempt when other origins have taken the room, and forgets nothing', async () => {
    const others = ['a', 'b', 'c', 'd'].flatMap((name) =>
      [1, 2, 3, 4, 5].map((minute) =>
        attempt({ origin: `https://${name}.test`, expires: Date.now() + minute * 60_000 }),
      ),
    );
    const refusals: unknown[] = [];
    const { setCookie } = await answerTo(others.map(cookieOf), (attemptCookies, request, response) => {
      try {
        attemptCookies.set(request, response, attempt());
      } catch (error) {
        refusals.push(error);
      }
      return undefined;
    });
    expect(setCookie).toEqual([]);
    expect(refusals).toEqual([expect.objectContaining({ status: 429, code: 'rate_limited' })]);
    const { headers } = refusals[0] as { headers: Record<string, string> };
    expect(Number(headers['Retry-After'])).toBeLessThanOrEqual(60);
  });

  it('lets nobody fill the room with cookies that are expired, forged or only look like one of its own', async () => {
    const expired = Array.from({ length: 8 }, () => attempt({ expires: steadyNow() - 1 }));
    const forged = Array.from({ length: 8 }, () => `${nameOf(attempt())}=${'x'.repeat(500)}`);
    const strangers = [1, 2, 3, 4, 5].map((each) => `__Host-alpaca.attempt.${each}=x`);
    const running = attempt();
    const { setCookie } = await set(
      [...expired.map(cookieOf), ...forged, ...strangers, cookieOf(running)],
      attempt(),
    );
    expect(forgottenIn(setCookie)).toHaveLength(16);
    expect(forgottenIn(setCookie)).not.toContain(nameOf(running));
    expect(setCookie).toHaveLength(17);
  });
});

describe('attemptCookies.read()', () => {
  it('gives the attempt of this state, and leaves every cookie as it is', async () => {
    const [one, other] = [attempt(), attempt()];
    const { taken, setCookie } = await read([cookieOf(other), cookieOf(one)], one.state);
    expect(taken).toEqual(one);
    expect(setCookie).toEqual([]);
  });

  it('refuses an attempt that has expired, and one that was moved to the name of another', async () => {
    const late = attempt({ expires: steadyNow() });
    expect((await read([cookieOf(late)], late.state)).taken).toBeNull();
    const [one, other] = [attempt(), attempt()];
    const moved = `${nameOf(one)}=${sealAttempt(sealer, other)}`;
    expect((await read([moved], one.state)).taken).toBeNull();
  });

  it('does not read a cookie without the prefix, which a sibling subdomain could have planted', async () => {
    const one = attempt();
    expect((await read([cookieOf(one).replace('__Host-', '')], one.state)).taken).toBeNull();
  });
});

describe('attemptCookies.readNewest()', () => {
  it('gives the attempt that was started last, whatever the order of the cookies', async () => {
    const old = attempt();
    const young = attempt({ expires: old.expires + 1 });
    for (const cookies of [
      [cookieOf(old), cookieOf(young)],
      [cookieOf(young), cookieOf(old)],
    ]) {
      const { taken, setCookie } = await readNewest(cookies);
      expect(taken).toEqual(young);
      expect(setCookie).toEqual([]);
    }
    expect((await readNewest([cookieOf(attempt({ expires: steadyNow() }))])).taken).toBeNull();
    expect((await readNewest([])).taken).toBeNull();
  });
});

describe('attemptCookies.forget()', () => {
  it('clears the cookie of this attempt, with the attributes it was set with', async () => {
    const [one, other] = [attempt(), attempt()];
    const { setCookie } = await answerTo([cookieOf(one), cookieOf(other)], (attemptCookies, _, response) => {
      attemptCookies.forget(response, one.state);
      return undefined;
    });
    expect(setCookie).toHaveLength(1);
    expect(setCookie[0]).toMatch(new RegExp(`^${nameOf(one)}=;`));
    expect(isCleared(setCookie[0] ?? '')).toBe(true);
    expect(attributesOf(setCookie[0])).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure']);
  });
});
