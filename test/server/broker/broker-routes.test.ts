import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { brokerOAuth } from '../../../server/broker/index.ts';
import {
  authorizeUrl,
  type BrokerStage,
  callsOf,
  exchange,
  openBrokerStage,
  Person,
  proofKey,
} from './broker-stage.ts';

const { verifier, challenge } = proofKey();
const PROOF = { code_challenge: challenge, code_challenge_method: 'S256' };

/** Another app of the same broker, with the service somewhere in it. */
async function serve(
  stage: BrokerStage,
  mount: (app: express.Express, oauth: ReturnType<typeof brokerOAuth>) => void,
) {
  const oauth = brokerOAuth({
    ...stage.options,
    store: { ...stage.options.store, file: `${stage.options.store.file}-2` },
  });
  const app = express();
  mount(app, oauth);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await oauth.close();
    },
  };
}

it('says so when it is mounted at another path than that of its issuer', async () => {
  await using stage = await openBrokerStage();
  await using other = await serve(stage, (app, oauth) => app.use('/auth', oauth));
  const answer = await fetch(`${other.origin}/auth/token`, { method: 'POST' });
  expect(answer.status).toBe(500);
  expect(stage.logged()).toContain('Mount brokerOAuth() at /oauth');
});

it('answers nothing at another case of its path', async () => {
  await using stage = await openBrokerStage();
  expect((await new Person(stage).get(authorizeUrl(PROOF).replace('/oauth', '/OAUTH'))).status).toBe(404);
});

it('reads forms that the app around it has parsed already', async () => {
  await using stage = await openBrokerStage();
  await using other = await serve(stage, (app, oauth) =>
    app.use(express.urlencoded({ extended: true }), express.json()).use('/oauth', oauth),
  );
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'x',
    client_id: 'a',
    client_secret: 'b',
  });
  const known = await fetch(`${other.origin}/oauth/token`, { method: 'POST', body });
  expect([known.status, await known.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  body.append('code', 'y');
  const twice = await fetch(`${other.origin}/oauth/token`, { method: 'POST', body });
  expect([twice.status, await twice.json()]).toMatchObject([400, { error: 'invalid_request' }]);
});

it.each([
  ['GET', '/oauth/nothing', 404, null],
  ['DELETE', '/oauth/authorize', 405, 'GET, POST'],
  ['POST', '/oauth/grants', 405, 'GET'],
  ['GET', '/oauth/grants/abc/revoke', 405, 'POST'],
  ['GET', '/oauth/authorize/', 404, null],
])('%s %s is %i, on a page', async (method, path, status, allow) => {
  await using stage = await openBrokerStage();
  const answer = await fetch(stage.origin + path, { method });
  expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

it('refuses a form that is too large', async () => {
  await using stage = await openBrokerStage();
  const answer = await exchange(stage, { code: 'x'.repeat(20_000) });
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
});

it('a store that fails means 503 for people and apps, no code, and no call that issues a token', async () => {
  await using stage = await openBrokerStage();
  const person = new Person(stage);
  const code = (await person.allow(PROOF)).searchParams.get('code') ?? '';
  const page = await (await person.authorize(PROOF)).text();
  rmSync(stage.options.store.file ?? '');
  const answers = [
    await person.authorize(PROOF),
    await person.decide(page, 'allow'),
    await person.decide(page, 'deny'),
  ];
  for (const answer of answers) {
    expect([answer.status, answer.headers.get('location')]).toEqual([503, null]);
  }
  const token = await exchange(stage, { code, code_verifier: verifier });
  expect([token.status, await token.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
  expect(callsOf(stage, 'POST', '/v1/oauth/token')).toBe(0);
});

it('a hook that throws is logged, and changes nothing', async () => {
  await using stage = await openBrokerStage({
    options: {
      onGrant: () => {
        throw new Error('the database is away');
      },
    },
  });
  const code = (await new Person(stage).allow(PROOF)).searchParams.get('code') ?? '';
  expect((await exchange(stage, { code, code_verifier: verifier })).status).toBe(200);
  await expect.poll(() => stage.logged()).toContain('"event":"hook_failed"');
  expect(stage.logged()).not.toContain('the database is away');
});
