import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REDIS_START_TIMEOUT } from '../redis/start-redis.ts';
import { callbackData, Visitor } from '../visitor.ts';
import { openTestStore, STORE_KINDS, type TestStore } from './test-store.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

describe.each(STORE_KINDS)('two server processes on one %s', (kind) => {
  let store: TestStore;
  let servers: TwoServers;
  beforeAll(async () => {
    store = await openTestStore(kind);
    servers = await startTwoServers(store.variables);
  }, REDIS_START_TIMEOUT);
  afterAll(async () => {
    await servers[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  it('serve one person together: each step of a connection may reach the other one', async () => {
    const person = new Visitor(servers);
    const proofKey = Visitor.proofKey();

    servers.route = 'a';
    const attempt = (await (await person.startAttempt(proofKey)).json()) as { authorizationUrl: string };
    const callback = await person.decide(attempt.authorizationUrl);
    servers.route = 'b';
    const landed = await callbackData(await person.visit(callback));
    servers.route = 'a';
    const mailbox = `/mailbox/${landed.attempt}`;
    const deposit = { method: 'POST', body: { grant: landed.grant } };
    expect((await person.call(mailbox, deposit)).status).toBe(204);
    servers.route = 'b';
    const verifier = { 'X-Alpaca-Connect-Verifier': proofKey.codeVerifier };
    const collected = (await (await person.call(mailbox, { headers: verifier })).json()) as { grant: string };
    expect(collected.grant).toBe(landed.grant);
    servers.route = 'a';
    const exchanged = await person.exchange(collected.grant, proofKey.codeVerifier);
    expect(exchanged.status).toBe(201);
    servers.route = 'b';
    const again = await person.exchange(collected.grant, proofKey.codeVerifier);
    expect(await again.json()).toEqual(await exchanged.json());
    expect((await person.call('/paper/v2/account')).status).toBe(200);

    const copy = new Map(person.cookies);
    servers.route = 'a';
    expect((await person.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    for (const side of ['a', 'b'] as const) {
      servers.route = side;
      // What the other server changed holds within 250 ms.
      if (side === 'b') await pause(250);
      const thief = new Visitor(servers);
      for (const [name, value] of copy) thief.cookies.set(name, value);
      expect((await thief.call('/paper/v2/account')).status, side).toBe(401);
      expect(await (await thief.call('/connections')).json(), side).toMatchObject({ connections: [] });
    }
  });

  it('make one token call of a hundred parallel posts of one grant, spread over both', async () => {
    servers.route = 'alternately';
    const person = new Visitor(servers);
    const { grant, codeVerifier } = await person.obtainGrant();
    const before = servers.simulator.control.tokenCalls;

    const posts = Array.from({ length: 100 }, () => person.exchange(grant, codeVerifier));
    const answers = await Promise.all(posts);

    const calls = servers.simulator.control.tokenCalls - before;
    expect(calls).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    const connections = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(connections).size).toBe(1);
    process.stdout.write(`${kind}, two servers: 100 posts of one grant, ${calls} token call\n`);
  });

  it('keep what others connected when one of them is killed', async () => {
    servers.route = 'b';
    const person = new Visitor(servers);
    expect((await person.connect()).status).toBe(201);
    await servers.kill('b');
    servers.route = 'a';
    expect((await person.call('/paper/v2/account')).status).toBe(200);
    await servers.start('b');
    servers.route = 'b';
    expect((await person.call('/paper/v2/account')).status).toBe(200);
  });
});
