import { expect, it } from 'vitest';
import { openGrant } from '../../server/connect/grant.ts';
import { age } from '../renewals.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

/*
 * The access token and Alpaca's code are worth an account. Whoever finds either in an answer, a page, an error, a header
 * or a log line has it; so every byte that leaves the server in the whole flow, failures included, is searched for them.
 */
it('no answer and no log line holds the token, the code, the client secret or a session key', async () => {
  await using stage = await openStage({ partner: {}, partnerTokenLifetime: 600_000 });
  const codes = await succeed(stage);
  codes.push(...(await fail(stage)));
  const tokens = [...(await refresh(stage)), ...stage.tokens(), ...(await revoke(stage))];

  const { clientSecret, sessionKeys } = stage.service.configuration;
  const secrets = [
    ...codes,
    ...tokens,
    clientSecret,
    ...sessionKeys.map((key) => Buffer.from(key).toString('base64')),
  ];
  expect(codes.length).toBeGreaterThan(8);
  expect(tokens.length).toBeGreaterThan(3);
  expect(secrets.every((secret) => secret.length >= 16)).toBe(true);

  const sent = stage.sent();
  const logged = stage.logged();
  // The recording works: it holds what it must, so that finding nothing means something.
  expect(sent.includes('"account_number"')).toBe(true);
  expect(sent.includes('alpaca-connect-data')).toBe(true);
  expect(logged).toContain('"event":"connected"');
  for (const secret of secrets.flatMap(spellings)) {
    expect(sent.includes(secret)).toBe(false);
    expect(logged).not.toContain(secret);
  }
});

async function succeed(stage: Stage): Promise<string[]> {
  const codes: string[] = [];
  for (const origin of [stage.url, stage.foreignUrl]) {
    for (const environment of ['paper', 'live', 'both'] as const) {
      const visitor = new Visitor(stage, { origin });
      await visitor.connect({ environment });
      codes.push(visitor.code, await redirect(stage, origin));
      for (const path of [
        '/connections',
        '/paper/v2/account',
        '/live/v2/positions',
        '/data/v2/stocks/AAPL/bars',
      ]) {
        await (await visitor.call(path)).arrayBuffer();
      }
      await visitor.call(`/connections/paper`, { method: 'DELETE' });
    }
  }
  return codes;
}

/** The flow without a popup. Returns Alpaca's code. */
async function redirect(stage: Stage, origin: string): Promise<string> {
  const visitor = new Visitor(stage, { origin });
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const launched = await visitor.leave({ return_to: `${origin}/`, code_challenge: codeChallenge });
  const callback = await visitor.visit(await visitor.decide(launched.headers.get('location') ?? ''));
  const grant = callback.headers.get('location')?.split('#alpaca-connect=')[1] ?? '';
  expect((await visitor.exchange(grant, codeVerifier)).status).toBe(201);
  return visitor.code;
}

async function fail(stage: Stage): Promise<string[]> {
  const { control } = stage.simulator;
  const codes: string[] = [];
  const exchangeBroken = async (prepare: () => void) => {
    const visitor = new Visitor(stage);
    const { grant, codeVerifier, attempt } = await visitor.obtainGrant();
    const opened = openGrant(stage.service.sealer, grant);
    if (opened && 'code' in opened.outcome) codes.push(opened.outcome.code);
    await visitor.call(`/mailbox/${attempt}`, { method: 'POST', body: { grant } });
    prepare();
    await visitor.exchange(grant, Visitor.proofKey().codeVerifier);
    expect((await visitor.exchange(grant, codeVerifier)).status).toBe(424);
    await visitor.exchange(grant, codeVerifier);
  };
  await exchangeBroken(() => control.breakToken('html', 1));
  await exchangeBroken(() => control.breakToken('no_token', 1));
  // An upstream that echoes what it was sent, as error pages do.
  await exchangeBroken(() => echoCode(stage, codes.at(-1) ?? ''));
  await exchangeBroken(() => {
    control.addFault({
      path: '/paper/v2/account',
      kind: 'answer',
      status: 500,
      contentType: 'application/json',
      body: JSON.stringify({ message: `Bearer ${stage.tokens().at(-1)}` }),
      times: 1,
    });
  });

  const stranger = new Visitor(stage);
  await stranger.call('/connections', { method: 'POST', body: { code: codes[0], codeVerifier: codes[0] } });
  await stranger.visit(`${stage.url}/alpaca/callback?code=${codes[0]}&state=${codes[0]}`);
  await stranger.visit(`${stage.url}/alpaca/launch?origin=${codes[0]}`);
  await stranger.visit(`${stage.url}/alpaca/launch?mode=redirect&return_to=${codes[0]}`);
  await stranger.visit(`${stage.url}/alpaca/nothing/${codes[0]}`);
  return codes;
}

/** Has tokens of a partner renewed, and a refresh fail whose answer echoes what it was sent. Returns all of them. */
async function refresh(stage: Stage): Promise<string[]> {
  const visitor = new Visitor(stage);
  await visitor.connect({ provider: 'acme' });
  const first = stage.partnerTokens();
  expect(first).toHaveLength(2);
  await age(stage.service, visitor);
  expect((await visitor.call('/paper/v2/account')).status).toBe(200);
  const second = stage.partnerTokens();
  expect(second).toHaveLength(3);
  await age(stage.service, visitor, { expired: true });
  stage.partner?.control.addFault({
    ...{ path: '/oauth/token', kind: 'answer', status: 400, times: 1 },
    body: JSON.stringify({ error: 'invalid_grant', error_description: `${second.join()} is not known` }),
  });
  expect((await visitor.call('/paper/v2/account')).status).toBe(401);
  return [...new Set([...first, ...second])];
}

/** Returns the code and the token of a connection that Alpaca stopped accepting. */
async function revoke(stage: Stage): Promise<string[]> {
  const visitor = new Visitor(stage);
  await visitor.connect();
  const token = stage.tokens().at(-1) ?? '';
  stage.simulator.control.revoke();
  await visitor.call('/paper/v2/account');
  await visitor.call('/paper/v2/orders', { method: 'POST', body: { symbol: 'AAPL' } });
  return [visitor.code, token];
}

function echoCode(stage: Stage, code: string): void {
  stage.simulator.control.addFault({
    path: '/oauth/token',
    kind: 'answer',
    status: 400,
    contentType: 'application/json',
    body: JSON.stringify({ error: 'invalid_grant', error_description: `code ${code} was not found` }),
    times: 1,
  });
}

/** As it is, and as encodings that something on the way might have applied. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
  ];
}
