// Attempts and exchanges cost somebody who holds no account nothing, and Alpaca a token call in the name of this app each:
// unbounded, a stranger could have Alpaca block the app. And a limit that counts wrongly locks honest people out instead.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { networkInterfaces } from 'node:os';
import { sign } from 'cookie-signature';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startServer } from '../../../server/http-server.ts';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';

/** The limits that the server has when nobody sets any. */
const UNSET = { CONNECTS_PER_MINUTE: '', CALLS_PER_MINUTE: '' };
const TWO = { CONNECTS_PER_MINUTE: '2' };

const { codeChallenge } = Visitor.proofKey();

/** Starts an attempt as a browser at this address behind a proxy does. */
async function attempt(stage: Stage, address: string, cookie?: string): Promise<number> {
  const answer = await new Visitor(stage).call('/attempts', {
    method: 'POST',
    body: { environment: 'paper', codeChallenge, origin: stage.url },
    headers: { 'X-Forwarded-For': address, ...(cookie === undefined ? {} : { Cookie: cookie }) },
  });
  return answer.status;
}

async function times(count: number, ask: () => Promise<number>): Promise<number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < count; turn += 1) statuses.push(await ask());
  return statuses;
}

function leave(stage: Stage, visitor: Visitor, headers: Record<string, string> = {}): Promise<Response> {
  return visitor.leave({ return_to: `${stage.url}/`, code_challenge: codeChallenge }, headers);
}

describe('connectLimits()', () => {
  it('lets somebody without a session start ten attempts a minute, and says when the next one may be', async () => {
    await using stage = await openStage({ environment: UNSET });
    const visitor = new Visitor(stage);
    const proofKey = Visitor.proofKey();
    for (let turn = 0; turn < 10; turn += 1) expect((await visitor.startAttempt(proofKey)).status).toBe(200);
    const refused = await visitor.startAttempt(proofKey);
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await refused.json()).toEqual({
      code: 'rate_limited',
      message: expect.stringMatching(
        /^Too many attempts to connect\. Nothing was done\. Try again in \d+ seconds?\.$/,
      ),
      requestId: refused.headers.get('x-request-id'),
    });
    expect(refused.headers.get('set-cookie')).toBeNull();
    expect(stage.logged()).toContain('"code":"rate_limited"');
  });

  it('refuses an exchange before Alpaca is asked, and lets a page of another site read when to try again', async () => {
    await using stage = await openStage({ environment: TWO });
    const visitor = new Visitor(stage, { origin: stage.foreignUrl });
    const { grant, codeVerifier } = await visitor.obtainGrant();
    expect(await times(4, async () => (await visitor.exchange('not a grant', codeVerifier)).status)).toEqual([
      400, 400, 400, 400,
    ]);
    const refused = await visitor.exchange(grant, codeVerifier);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.headers.get('access-control-allow-origin')).toBe(stage.foreignUrl);
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(stage.simulator.control.tokenCalls).toBe(0);
  });

  it('lets everybody finish who was let start, though they finish in the same minute', async () => {
    await using stage = await openStage({ environment: TWO });
    const visitor = new Visitor(stage);
    const start = performance.now();
    const clock = vi.spyOn(performance, 'now');
    onTestFinished(() => clock.mockRestore());
    const grants = [];
    for (const second of [0, 30, 61, 62]) {
      clock.mockReturnValue(start + second * 1_000);
      grants.push(await new Visitor(stage).obtainGrant());
    }
    clock.mockReturnValue(start + 65_000);
    for (const { grant } of grants) {
      // With another's verifier, which is refused after it was counted.
      expect((await visitor.exchange(grant, Visitor.proofKey().codeVerifier)).status).toBe(403);
    }
  });

  it('locks nobody out whose server’s clock is set back by two hours, and lets nobody in sooner', async () => {
    await using stage = await openStage({ environment: TWO });
    const stranger = () => new Visitor(stage).startAttempt({ codeChallenge });
    expect(await times(3, async () => (await stranger()).status)).toEqual([200, 200, 429]);
    const passed = { wall: 0, elapsed: 0 };
    const [wall, elapsed] = [Date.now(), performance.now()];
    const clocks = [
      vi.spyOn(Date, 'now').mockImplementation(() => wall + passed.wall),
      vi.spyOn(performance, 'now').mockImplementation(() => elapsed + passed.elapsed),
    ];
    onTestFinished(() => {
      for (const clock of clocks) clock.mockRestore();
    });
    passed.wall = -7_200_000;
    const refused = await stranger();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    passed.wall = 7_200_000;
    expect((await stranger()).status).toBe(429);
    passed.wall = -7_200_000;
    passed.elapsed = 60_000;
    expect((await stranger()).status).toBe(200);
  });

  it('does not count what pages of other sites send a browser to', async () => {
    await using stage = await openStage({ environment: TWO });
    const visitor = new Visitor(stage);
    for (const headers of [
      { Referer: '' },
      { Referer: 'https://evil.example/' },
      { Referer: 'no address' },
    ]) {
      for (let turn = 0; turn < 5; turn += 1) {
        expect((await leave(stage, visitor, headers)).status).not.toBe(429);
      }
    }
    const own = { Referer: `${stage.url}/portfolio` };
    expect(await times(3, async () => (await leave(stage, visitor, own)).status)).toEqual([303, 303, 429]);
  });

  it('tells a person in redirect mode on a page, and leaves popups alone', async () => {
    await using stage = await openStage({ environment: TWO });
    const visitor = new Visitor(stage);
    expect(await times(2, async () => (await leave(stage, visitor)).status)).toEqual([303, 303]);
    const refused = await leave(stage, visitor);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.headers.get('content-type')).toContain('text/html');
    expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await refused.text()).toMatch(/Try again in \d+ seconds?\. Go back to the website/);
    const popup = `${stage.url}/alpaca/launch?origin=${encodeURIComponent(stage.url)}`;
    expect(await times(4, async () => (await visitor.visit(popup)).status)).toEqual([200, 200, 200, 200]);
    expect(await attempt(stage, '192.0.2.1')).toBe(200);
  });

  it('counts somebody with a session of their own apart from strangers at the same address', async () => {
    await using stage = await openStage({ environment: TWO });
    const colleague = new Visitor(stage);
    expect((await colleague.connect()).status).toBe(201);
    const stranger = () => attempt(stage, '192.0.2.1');
    expect(await times(2, stranger)).toEqual([200, 429]);
    expect((await colleague.connect()).status).toBe(201);
  });

  it('gives nobody who invents a cookie a count of their own', async () => {
    await using stage = await openStage({ environment: TWO });
    let invented = 0;
    const forger = () =>
      attempt(stage, '192.0.2.1', `alpaca.sid=${encodeURIComponent(`s:${invented++}.${'A'.repeat(43)}`)}`);
    expect(await times(4, forger)).toEqual([200, 200, 429, 429]);
  });

  it('bounds an address whose sessions are all signed, and not another one', async () => {
    await using stage = await openStage({ environment: { ...TWO, TRUST_PROXY: '1' } });
    const [secret = ''] = stage.service.sealer.signingSecrets();
    let collected = 0;
    const cookie = () => `alpaca.sid=${encodeURIComponent(`s:${sign(`session ${collected++}`, secret)}`)}`;
    const collector = (address: string) => attempt(stage, address, cookie());
    expect(await times(22, () => collector('192.0.2.1'))).toEqual([...Array(20).fill(200), 429, 429]);
    expect(await collector('192.0.2.2')).toBe(200);
  });

  it('counts an IPv6 customer as one, whichever of their addresses they take', async () => {
    await using stage = await openStage({ environment: { ...TWO, TRUST_PROXY: '1' } });
    expect(await attempt(stage, '2001:db8:0:1::1')).toBe(200);
    expect(await attempt(stage, '2001:db8:0:2::7')).toBe(200);
    expect(await attempt(stage, '2001:db8:0:ff:ffff::9')).toBe(429);
    expect(await attempt(stage, '2001:db8:0:100::1')).toBe(200);
  });

  it('believes no X-Forwarded-For unless a proxy is configured', async () => {
    await using stage = await openStage({ environment: TWO });
    let claimed = 0;
    expect(await times(3, () => attempt(stage, `192.0.2.${claimed++}`))).toEqual([200, 200, 429]);
  });

  it('does not count what another site makes a browser send', async () => {
    await using stage = await openStage({ environment: TWO });
    const evil = new Visitor(stage, { origin: 'https://evil.example' });
    expect(await times(5, async () => (await evil.exchange('x', 'y')).status)).toEqual(Array(5).fill(403));
    const visitor = new Visitor(stage);
    expect((await visitor.connect()).status).toBe(201);
  });

  it('bounds the mailbox, both sides of it together, above what waiting pages need', async () => {
    await using stage = await openStage({ environment: TWO });
    const visitor = new Visitor(stage);
    const mailbox = `/mailbox/${'A'.repeat(43)}`;
    const deposit = { method: 'POST', body: { grant: 'none' } };
    const statuses = await times(25, async () => (await visitor.call(mailbox, deposit)).status);
    expect(statuses).toEqual([...Array(24).fill(400), 429]);
    expect((await visitor.call(mailbox)).status).toBe(429);
  });
});

/** CVE-2026-30827: a dual-stack listener shows every IPv4 client as one of `::ffff:0:0/96`, which is one IPv6 subnet. */
it.skipIf(!hasIPv6())('two IPv4 clients of a listener on :: do not share a count', async () => {
  await using stage = await openStage({ environment: TWO });
  const { configuration } = stage.service;
  const server = await startServer(
    { ...stage.service, configuration: { ...configuration, port: 0 } },
    { host: '::' },
  );
  const { port } = new URL(server.url);
  const from = async (localAddress: string) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      localAddress,
      method: 'POST',
      path: '/alpaca/connections',
      headers: { 'X-Alpaca-Connect': '1', Origin: stage.url },
    }).end();
    const [answer] = await once(request, 'response');
    answer.resume();
    return answer.statusCode as number;
  };
  expect(await times(5, () => from('127.0.0.1'))).toEqual([400, 400, 400, 400, 429]);
  expect(await from('127.0.0.2')).toBe(400);
  await server.stop();
});

function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some((each) => each?.some(({ family }) => family === 'IPv6'));
}
