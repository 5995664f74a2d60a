import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../demo/simulator/index.ts';
import { RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { REDIS_START_TIMEOUT } from '../redis/start-redis.ts';
import { age, storedConnections } from '../renewals.ts';
import { startPartner, writeProviders } from '../stage.ts';
import { Visitor } from '../visitor.ts';
import { openTestStore, STORE_KINDS, type TestStore } from './test-store.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

/** How long a claim of a refresh holds, and then some. Milliseconds. */
const CLAIM_OVER = 60_000;

/** What becomes of a refresh: it is answered, taken without an answer, or kept back for as long as the sender lives. */
type Fate = 'answered' | 'unanswered' | 'kept back';

/** Stands in front of the partner's token endpoint. */
class TokenGate {
  /** Of the next refreshes, by their order; then they are answered. */
  fates: Fate[] = [];
  /** The refreshes that arrived. */
  refreshes = 0;
  readonly #server = createServer();
  readonly #held: ServerResponse[] = [];

  async listen(partner: () => Simulator): Promise<string> {
    this.#server.on('request', async (request, response) => {
      const body = await text(request);
      const isRefresh = body.includes('grant_type=refresh_token');
      const fate = isRefresh ? (this.fates.shift() ?? 'answered') : 'answered';
      if (fate !== 'kept back') {
        const headers = { 'Content-Type': request.headers['content-type'] ?? '' };
        const answer = await fetch(partner().tokenUrl, { method: 'POST', headers, body });
        const answered = await answer.text();
        if (fate === 'answered') {
          response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answered);
        }
      }
      if (fate !== 'answered') this.#held.push(response);
      if (isRefresh) this.refreshes += 1;
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  /** Breaks the connections of those that were not answered. */
  hangUp(): void {
    for (const response of this.#held.splice(0)) response.destroy();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

describe.each(STORE_KINDS)(
  'two server processes on one %s, with refresh tokens that are taken once',
  (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'refresh-of-two-'));
    const key = randomBytes(32);
    const gate = new TokenGate();
    let store: TestStore;
    let partner: Simulator;
    let servers: TwoServers;
    let records: RecordStore;
    beforeAll(async () => {
      store = await openTestStore(kind);
      const tokenUrl = await gate.listen(() => partner);
      servers = await startTwoServers(async (url) => {
        partner = await startPartner(url, join(folder, 'partner.json'), 600_000);
        return {
          ...store.variables,
          SESSION_KEYS: key.toString('base64'),
          PROVIDERS_FILE: writeProviders(folder, partner, { tokenUrl }),
        };
      });
      records = new RecordStore({ backend: store.open(), sealer: new Sealer([key]) });
    }, REDIS_START_TIMEOUT);
    afterAll(async () => {
      await servers[Symbol.asyncDispose]();
      gate.close();
      await partner.close();
      await records.close();
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });
    beforeEach(() => {
      servers.route = 'alternately';
      gate.fates = [];
      gate.refreshes = 0;
      partner.control.reset();
    });

    const view = () => ({ records, configuration: { sessionIdle: 3_600_000, sessionAbsolute: 86_400_000 } });
    async function connected(): Promise<Visitor> {
      const visitor = new Visitor(servers);
      expect((await visitor.connect({ provider: 'acme' })).status).toBe(201);
      partner.control.reset();
      return visitor;
    }
    const account = async (visitor: Visitor) => (await visitor.call('/paper/v2/account')).status;

    it.each([
      ['at the moment that their token is due', true],
      ['with a token that has just expired', false],
    ])('make one refresh for a hundred parallel requests, %s, and answer all', async (_, isDue) => {
      const visitor = await connected();
      if (isDue) await age(view(), visitor, { expired: true });
      partner.control.expireTokens();
      const answers = await Promise.all(Array.from({ length: 100 }, () => account(visitor)));
      expect(new Set(answers)).toEqual(new Set([200]));
      expect(gate.refreshes).toBe(1);
      expect((await storedConnections(view(), visitor))[0]?.renewal?.generation).toBe(1);
    });

    it('refresh in turn, each with what the other one stored', async () => {
      const visitor = await connected();
      for (const [generation, side] of (['a', 'b', 'b', 'a'] as const).entries()) {
        servers.route = side;
        await age(view(), visitor, { expired: true });
        partner.control.expireTokens();
        expect(await account(visitor)).toBe(200);
        expect((await storedConnections(view(), visitor))[0]?.renewal?.generation).toBe(generation + 1);
      }
      expect(gate.refreshes).toBe(4);
    });

    it('bring nothing back that the other one disconnected in the middle of a refresh', async () => {
      const visitor = await connected();
      await age(view(), visitor, { expired: true });
      servers.route = 'a';
      gate.fates = ['kept back'];
      const waiting = visitor.call('/paper/v2/account');
      await expect.poll(() => gate.refreshes).toBe(1);
      servers.route = 'b';
      expect((await visitor.call('/connections/paper', { method: 'DELETE' })).status).toBe(204);
      gate.hangUp();
      expect(await (await waiting).json()).toMatchObject({ code: 'not_connected' });
      for (const side of ['a', 'b'] as const) {
        servers.route = side;
        expect(await account(visitor)).toBe(401);
      }
      expect(await storedConnections(view(), visitor)).toEqual([]);
      expect(partner.control.requests.filter(({ path }) => path === '/paper/v2/account')).toEqual([]);
    });

    it('live on when one is killed between a refresh and its storing: what the partner took is over, what it did not is renewed', {
      timeout: 2 * CLAIM_OVER,
    }, async () => {
      const [taken, kept] = [await connected(), await connected()];
      servers.route = 'a';
      for (const [visitor, fate] of [
        [taken, 'unanswered'],
        [kept, 'kept back'],
      ] as const) {
        await age(view(), visitor);
        gate.fates = [fate];
        const arrived = gate.refreshes + 1;
        void visitor.call('/paper/v2/account').catch(() => {});
        await expect.poll(() => gate.refreshes).toBe(arrived);
      }
      await servers.kill('a');
      servers.route = 'b';
      // The old token is good for a while, and is used meanwhile.
      expect([await account(taken), await account(kept)]).toEqual([200, 200]);
      await expect.poll(() => account(taken), { timeout: CLAIM_OVER, interval: 500 }).toBe(401);
      const ended = (await (await taken.call('/paper/v2/account')).json()) as { code: string };
      expect(ended.code).toBe('connection_revoked');
      await expect
        .poll(async () => (await storedConnections(view(), kept))[0]?.renewal?.generation, {
          timeout: CLAIM_OVER,
        })
        .toBe(1);
      expect(await account(kept)).toBe(200);
      expect(gate.refreshes).toBe(4);
      await servers.start('a');
    });
  },
);
