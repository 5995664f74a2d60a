import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const MAILBOX = `/mailbox/${'A'.repeat(43)}`;

async function errorOf(answer: Response): Promise<Record<string, unknown>> {
  const body = (await answer.json()) as Record<string, unknown>;
  expect(Object.keys(body).sort()).toEqual(['code', 'message', 'requestId']);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('x-request-id')).toBe(body['requestId']);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return body;
}

describe('connectRouter()', () => {
  it('hardens every JSON answer, and lets no cache keep it', async () => {
    await using stage = await openStage();
    const { headers } = await new Visitor(stage, { origin: stage.foreignUrl }).call('/connections');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('vary')).toBe('Origin, Sec-Fetch-Site');
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it.each([
    ['GET', ['/connect.js', '/launch', '/callback']],
    ['POST', ['/attempts']],
    ['GET, POST', ['/connections', MAILBOX]],
    ['DELETE', ['/connections/paper']],
  ] as const)('answers 405 and "Allow: %s" to any other method', async (allowed, paths) => {
    await using stage = await openStage();
    for (const path of paths) {
      for (const method of ['PUT', 'PATCH', 'PROPFIND', 'OPTIONS']) {
        const answer = await new Visitor(stage).call(path, { method });
        expect(`${method} ${path} ${answer.status}`).toMatch(/ 405$/);
        expect(answer.headers.get('allow')).toBe(allowed);
        expect(await errorOf(answer)).toMatchObject({ code: 'method_not_allowed' });
      }
    }
  });

  it.each(['/livez', '/readyz', '/alpaca/connections', '/alpaca/launch'])(
    'answers %s anew, whatever the client says that it has',
    async (path) => {
      await using stage = await openStage();
      // fetch() would ask for a fresh answer.
      const headers = { 'If-None-Match': '*', 'X-Alpaca-Connect': '1', 'Sec-Fetch-Site': 'same-origin' };
      const sent = request(stage.url + path, { headers }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).not.toBe(304);
    },
  );

  it('answers in its own shape what it has no route for', async () => {
    await using stage = await openStage();
    for (const path of ['', '/nothing', '/Connections', '/CALLBACK', '/connections/paper/x', '/stream']) {
      const answer = await new Visitor(stage).call(path);
      expect(`${path} ${answer.status}`).toMatch(/ 404$/);
      expect(await errorOf(answer)).toMatchObject({ code: 'not_found' });
    }
  });

  it('judges the raw path of its own routes too', async () => {
    await using stage = await openStage();
    for (const path of [
      '/connections/',
      '//connections',
      '/%63onnections',
      '/connections;x',
      '/connections?token=x',
    ]) {
      const answer = await new Visitor(stage).call(path);
      expect(`${path} ${answer.status}`).toMatch(/ 400$/);
      expect(await errorOf(answer)).toMatchObject({ code: 'bad_path' });
    }
  });

  it('says in its own shape what is wrong with a body, and quotes none of it', async () => {
    await using stage = await openStage();
    const post = (body: string, type = 'application/json') =>
      fetch(`${stage.url}/alpaca/connections`, {
        method: 'POST',
        headers: {
          'X-Alpaca-Connect': '1',
          'Sec-Fetch-Site': 'same-origin',
          Origin: stage.url,
          'Content-Type': type,
        },
        body,
      });
    const large = await post(JSON.stringify({ code: 'c'.repeat(16 * 1024) }));
    expect(large.status).toBe(413);
    expect(await errorOf(large)).toMatchObject({ code: 'body_too_large' });
    for (const [body, type] of [
      ['{"canary":', 'application/json'],
      ['canary', 'application/json'],
      ['{}', 'application/json; charset=canary'],
      ['{"code":"canary","codeVerifier":"canary"}', 'text/plain'],
      ['code=canary', 'application/x-www-form-urlencoded'],
    ] as const) {
      const answer = await post(body, type);
      expect(`${type} ${body} ${answer.status}`).toMatch(/ 400$/);
      expect(await errorOf(answer)).toMatchObject({
        code: 'bad_request',
        message: expect.not.stringContaining('canary'),
      });
    }
    expect(stage.logged()).toContain('request_refused');
    expect(stage.logged()).not.toContain('canary');
  });

  it('reads JSON only when it is declared as JSON, which a form of another site cannot do', async () => {
    await using stage = await openStage();
    const { codeChallenge } = Visitor.proofKey();
    const attempt = { environment: 'paper', codeChallenge, origin: stage.url };
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      'text/json',
    ]) {
      const headers = { 'Content-Type': type };
      const answer = await new Visitor(stage).call('/attempts', { method: 'POST', body: attempt, headers });
      expect(`${type} ${answer.status}`).toBe(`${type} 400`);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });

  it('answers a preflight for an origin on the allow-list, and refuses any other', async () => {
    await using stage = await openStage();
    const preflight = (path: string, origin: string) =>
      fetch(`${stage.url}/alpaca${path}`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      });
    for (const path of ['/connections', '/connections/paper', '/attempts', MAILBOX, '/paper/v2/orders']) {
      const allowed = await preflight(path, stage.foreignUrl);
      expect(allowed.status).toBe(204);
      expect(allowed.headers.get('access-control-allow-origin')).toBe(stage.foreignUrl);
      expect(allowed.headers.get('access-control-allow-headers')).toContain('x-alpaca-connect');
      const refused = await preflight(path, 'https://evil.example');
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('logs the template of the route, and nothing of the URL', async () => {
    await using stage = await openStage();
    await visitEverything(stage);
    const lines = stage
      .logged()
      .split('\n')
      .filter((line) => line.includes('"event":"request"'))
      .map((line) => JSON.parse(line) as { route?: string; requestId: string; status: number });
    expect(lines.map(({ route }) => route)).toEqual(
      expect.arrayContaining(['/callback', '/launch', '/mailbox/:attempt', '/connections/:which']),
    );
    expect(lines.every(({ requestId }) => /^[\da-f-]{36}$/.test(requestId))).toBe(true);
    expect(stage.logged()).not.toContain('canary');
  });
});

async function visitEverything(stage: Stage): Promise<void> {
  const visitor = new Visitor(stage);
  await visitor.visit(`${stage.url}/alpaca/callback?code=canary&state=canary`);
  await visitor.visit(`${stage.url}/alpaca/launch?origin=canary`);
  await visitor.call('/mailbox/canary', { headers: { 'X-Request-ID': 'canary', 'User-Agent': 'canary' } });
  await visitor.call('/connections/canary', { method: 'DELETE' });
  await visitor.call('/canary?canary=canary');
}
