import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { AttemptAnswer, Connection } from '../../../server/contract.ts';
import { MOUNTED } from '../../mounted.ts';
import { openStage, type Stage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';

/** A mounted router has the same code: fewer show that mounting shares nothing. */
const LOGINS = MOUNTED ? 200 : 1_000;
const AT_ONCE = 100;
const SESSIONS = 100;
const CALLS_EACH = 10;

/** An Alpaca where every code is a person of its own, whose token and account bear its name. It answers in any order. */
async function crowdedAlpaca(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const code = new URLSearchParams(await text(request)).get('code');
  const owner = request.headers.authorization?.slice('Bearer token-of-'.length) ?? '';
  await sleep(Math.random() * 10);
  const account = { id: owner, account_number: owner, status: 'ACTIVE', currency: 'USD' };
  const token = { access_token: `token-of-${code}`, token_type: 'bearer', scope: 'trading' };
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(code === null ? account : token));
}

async function login(stage: Stage, name: string): Promise<Visitor> {
  const visitor = new Visitor(stage);
  const { codeVerifier, codeChallenge } = Visitor.proofKey();
  const { state } = (await (await visitor.startAttempt({ codeChallenge })).json()) as AttemptAnswer;
  const { grant } = await callbackData(
    await visitor.visit(`${stage.url}/alpaca/callback?code=${name}&state=${state}`),
  );
  const connection = (await (await visitor.exchange(grant, codeVerifier)).json()) as Connection;
  expect(connection.account.number).toBe(name);
  return visitor;
}

/*
 * Under load, a token that was fetched for one person is used for another: by a cache with a careless key, or a variable
 * that two requests share (Duende AccessTokenManagement CVE-2024-51987, CVE-2025-26620).
 */
it(`${LOGINS} logins, ${AT_ONCE} at a time, then ${SESSIONS * CALLS_EACH} calls of ${SESSIONS} sessions in random order, never meet another's token`, {
  timeout: 120_000,
}, async () => {
  await using alpaca = await crowdedAlpaca();
  const environment = { ALPACA_TOKEN_URL: `${alpaca.url}/oauth/token`, ALPACA_PAPER_URL: alpaca.url };
  await using stage = await openStage({ environment });
  const people: { name: string; visitor: Visitor }[] = [];
  while (people.length < LOGINS) {
    const names = Array.from({ length: AT_ONCE }, (_, index) => `person-${people.length + index}`);
    people.push(
      ...(await Promise.all(names.map(async (name) => ({ name, visitor: await login(stage, name) })))),
    );
  }
  const calls = people
    .slice(0, SESSIONS)
    .flatMap((person) => Array.from({ length: CALLS_EACH }, () => ({ ...person, order: Math.random() })))
    .sort((one, other) => one.order - other.order);
  const owners: unknown[] = [];
  // Not all at once: of more new sockets than a server's queue holds, the system resets some.
  const remaining = calls.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, { visitor }] of remaining) {
        const account = (await (await visitor.call('/paper/v2/account')).json()) as {
          account_number?: unknown;
        };
        owners[index] = account.account_number;
      }
    }),
  );
  expect(owners).toEqual(calls.map(({ name }) => name));
});
