import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SIMULATOR_ACCOUNTS, type Simulator } from '../../demo/simulator/index.ts';
import type { Connection } from '../../server/contract.ts';
import { findProvider } from '../../server/providers.ts';
import { exampleTarget } from '../alpaca/example-requests.ts';
import { operationRows } from '../alpaca/operation-rows.ts';
import { openStage, type Stage } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { withProvider } from './with-provider.ts';

/*
 * A token that reaches a host of another provider than its own is stolen. So no operation, stream, account look-up or revocation
 * may take it there, and neither may a token endpoint that answers with a token which is not its own.
 */

let stage: Stage;
let partner: Simulator;
beforeAll(async () => {
  const closed = operationRows.filter(({ scope }) => scope === 'undocumented');
  const ALPACA_ALLOW = closed.map(({ method, path }) => `${method} ${path}`).join();
  stage = await openStage({ partner: {}, environment: { ALPACA_ALLOW } });
  partner = stage.partner as Simulator;
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  stage.simulator.control.reset();
  partner.control.reset();
});

const naming = (id: string) => ({ headers: { 'X-Alpaca-Connection': id } });

async function connected(visitor: Visitor): Promise<string[]> {
  const answer = await visitor.list();
  return answer.connections.map(({ provider, environment }) => `${provider} ${environment}`).sort();
}

describe('a token', () => {
  it('goes to the hosts of its own provider and to no other, in every operation', async () => {
    const visitor = new Visitor(stage);
    const ids = new Map<string, string>();
    for (const provider of ['alpaca', 'acme']) {
      for (const environment of ['paper', 'live'] as const) {
        const answer = await visitor.connect({ provider, environment, keep: true });
        ids.set(`${provider} ${environment}`, ((await answer.json()) as Connection).id);
      }
    }
    const calls = operationRows.flatMap((row) =>
      (row.api === 'data' ? (['data'] as const) : (['paper', 'live'] as const)).map((api) => ({
        ...row,
        api,
      })),
    );
    expect(calls.length).toBeGreaterThan(100);
    expect(calls.filter(({ scope }) => scope === 'undocumented').length).toBeGreaterThanOrEqual(10);
    for (const [provider, own, other] of [
      ['alpaca', stage.simulator, partner],
      ['acme', partner, stage.simulator],
    ] as const) {
      for (const { api, method, path, ...row } of calls) {
        own.control.reset();
        other.control.reset();
        const target = exampleTarget(
          { ...row, api: api === 'data' ? 'data' : 'trading', method, path },
          new Map(),
        );
        const id = ids.get(`${provider} ${api === 'data' ? 'paper' : api}`) ?? '';
        const answer = await visitor.call(`/${api}${target}`, { method, ...naming(id) });
        await answer.body?.cancel();
        const [seen] = own.control.requests;
        expect(`${provider} ${seen?.method} ${seen?.path}`).toBe(
          `${provider} ${method} /${api}${target.split('?')[0]}`,
        );
        expect(other.control.requests).toEqual([]);
      }
    }
  }, 120_000);

  it('opens the trade updates of its own provider and of no other', async () => {
    const visitor = new Visitor(stage);
    const { id } = (await (await visitor.connect({ provider: 'acme' })).json()) as Connection;
    const stream = await visitor.call('/paper/stream', naming(id));
    expect(stream.status).toBe(200);
    await expect.poll(() => partner.control.streams().paper).toBe(1);
    expect(stage.simulator.control.streams().paper).toBe(0);
    await stream.body?.cancel();
  });

  it('is given back on Disconnect to a provider that takes it, and to no other', async () => {
    const given: string[] = [];
    const endpoint = createServer((request, response) => {
      void text(request).then((body) => {
        given.push(body);
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    await withProvider(stage, 'acme', { revokeUrl: new URL(`http://127.0.0.1:${port}/revoke`) }, async () => {
      const visitor = new Visitor(stage);
      await visitor.connect();
      const { id } = (await (await visitor.connect({ provider: 'acme' })).json()) as Connection;
      expect((await visitor.call(`/connections/${id}`, { method: 'DELETE' })).status).toBe(204);
      await expect.poll(() => given.length).toBe(1);
      expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
      expect(given).toHaveLength(1);

      // Paper and live of one consent have one token: it is given back with the last of them.
      await visitor.connect({ provider: 'acme', environment: 'both' });
      expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
      expect((await visitor.call('/live/v2/account')).status).toBe(200);
      expect(given).toHaveLength(1);
      expect((await visitor.call('/connections/live', { method: 'DELETE' })).status).toBe(204);
      await expect.poll(() => given.length).toBe(2);
    });
    endpoint.close();
    for (const body of given) expect(new URLSearchParams(body).get('token')).toMatch(/^\S{10,}$/);
  });
});

describe('a token endpoint', () => {
  it('of another provider gives nothing for a code of this one', async () => {
    const { tokenUrl } = findProvider(stage.service.configuration.providers);
    await withProvider(stage, 'acme', { tokenUrl }, async () => {
      const visitor = new Visitor(stage);
      expect((await visitor.connect({ provider: 'acme' })).status).toBeGreaterThanOrEqual(400);
      expect(await connected(visitor)).toEqual([]);
    });
    expect(partner.control.tokenCalls).toBe(0);
  });

  it.each([
    ['the partner gives a token of Alpaca’s', 'acme'],
    ['Alpaca gives a token of the partner’s', 'alpaca'],
  ])('that answers with a token of another provider takes it nowhere else: %s', async (_, provider) => {
    const [own, other] = provider === 'acme' ? [partner, stage.simulator] : [stage.simulator, partner];
    const numbers = SIMULATOR_ACCOUNTS.filter(({ environment }) => environment === 'paper').slice(0, 1);
    const foreign = other.control.issueToken({
      accountNumbers: numbers.map(({ number }) => number),
      scope: 'trading',
    });
    own.control.addFault({
      ...{ path: '/oauth/token', kind: 'answer', status: 200, times: 1 },
      body: JSON.stringify({ access_token: foreign, token_type: 'bearer', scope: 'trading' }),
    });
    const visitor = new Visitor(stage);
    const answer = await visitor.connect({ provider });
    expect(await answer.json()).toMatchObject({ code: 'exchange_failed' });
    expect(await connected(visitor)).toEqual([]);
    expect(other.control.requests).toEqual([]);
  });
});
