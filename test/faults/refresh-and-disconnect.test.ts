import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../demo/simulator/index.ts';
import { findProvider } from '../../server/providers.ts';
import { age, storedConnections } from '../renewals.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';

let stage: Stage;
let partner: Simulator;
/** What was given back, by its form. */
const givenBack: URLSearchParams[] = [];
const revocation = createServer((request, response) => {
  void text(request).then((body) => {
    givenBack.push(new URLSearchParams(body));
    response.writeHead(200).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => revocation.listen(0, '127.0.0.1', resolve));
  const { port } = revocation.address() as AddressInfo;
  stage = await openStage({
    partner: { revokeUrl: `http://127.0.0.1:${port}/revoke` },
    partnerTokenLifetime: 600_000,
  });
  partner = stage.partner as Simulator;
});
afterAll(async () => {
  revocation.close();
  await stage[Symbol.asyncDispose]();
});
beforeEach(() => {
  partner.control.reset();
  givenBack.length = 0;
});

async function connected(environment: 'paper' | 'both' = 'paper'): Promise<Visitor> {
  const visitor = new Visitor(stage);
  expect((await visitor.connect({ provider: 'acme', environment })).status).toBe(201);
  partner.control.reset();
  return visitor;
}

/** Stands in front of a token endpoint, and passes nothing on until it is told to. */
async function slowTokenEndpoint(tokenUrl: URL) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = createServer();
  const arrived = new Promise<void>((resolve) => {
    slow.on('request', async (request, response) => {
      const headers = { 'Content-Type': request.headers['content-type'] ?? '' };
      const body = await text(request);
      resolve();
      await released;
      const answer = await fetch(tokenUrl, { method: 'POST', headers, body });
      response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
      slow.close();
    });
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const { port } = slow.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}/token`), arrived, release };
}

const seen = (path: string) => partner.control.requests.filter((request) => request.path === path);

describe('Disconnect', () => {
  it('in the middle of a refresh brings nothing back, and what comes too late is given back', async () => {
    const visitor = await connected();
    await age(stage.service, visitor, { expired: true });
    const acme = findProvider(stage.service.configuration.providers, 'acme');
    const { tokenUrl } = acme;
    const { url, arrived, release } = await slowTokenEndpoint(tokenUrl);
    Object.assign(acme, { tokenUrl: url });
    const waiting = visitor.call('/paper/v2/account');
    await arrived;
    Object.assign(acme, { tokenUrl });
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    release();
    const answer = await waiting;
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'not_connected' });
    expect((await visitor.list()).connections).toEqual([]);
    expect(await storedConnections(stage.service, visitor)).toEqual([]);
    expect(seen('/paper/v2/account')).toEqual([]);
    await expect.poll(() => partner.control.tokenCalls).toBe(1);
    // The old pair, and the new one that nobody may use.
    await expect.poll(() => givenBack.length).toBe(4);
    expect(new Set(givenBack.map((form) => form.get('token'))).size).toBe(4);
  });

  it('leaves no token in the store, and neither does the next refresh leave that of the one before', async () => {
    const visitor = await connected();
    for (let times = 0; times < 2; times++) {
      await age(stage.service, visitor);
      expect((await visitor.call('/paper/v2/account')).status).toBe(200);
    }
    const [stored] = await storedConnections(stage.service, visitor);
    const kept = async () => {
      const names = [0, 1, 2].map((generation) => `${stored?.renewal?.family}:${generation}`);
      const records = await Promise.all(names.map((name) => stage.service.records.read('refresh', name)));
      return records.map((record) => record?.value);
    };
    const { accessToken } = stored ?? {};
    expect(await kept()).toEqual([
      undefined,
      { renewed: expect.objectContaining({ accessToken }) },
      undefined,
    ]);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    await expect.poll(kept).toEqual([undefined, undefined, undefined]);
    await expect.poll(() => givenBack.length).toBe(2);
  });

  it('gives the refresh token back first, then the access token', async () => {
    const visitor = await connected();
    const [stored] = await storedConnections(stage.service, visitor);
    expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
    await expect.poll(() => givenBack.length).toBe(2);
    expect(givenBack.map((form) => [form.get('token_type_hint'), form.get('token')])).toEqual([
      ['refresh_token', stored?.renewal?.refreshToken],
      ['access_token', stored?.accessToken],
    ]);
  });
});
