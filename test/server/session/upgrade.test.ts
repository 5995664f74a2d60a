import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ConnectionSessions } from '../../../server/session/connection-session.ts';
import { type RecordBackend, RecordStore } from '../../../server/session/records.ts';
import { RedisBackend } from '../../../server/session/redis.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { Sessions } from '../../../server/session/sessions.ts';
import { SqliteBackend } from '../../../server/session/sqlite.ts';
import { publicConnection, type StoredConnection } from '../../../server/stored-connection.ts';
import { REDIS_START_TIMEOUT, startRedis, type TestRedis } from '../../redis/start-redis.ts';
import { ALL_RULES } from './all-rules.ts';
import { exampleConnection } from './example-connection.ts';

/**
 * A session file, and what was in a Redis, as the release wrote them before which a session held one connection of each
 * environment, of one provider. The key sealed nothing else. They were written to expire in a hundred years.
 */
const BEFORE = new URL('before-several-accounts', import.meta.url).pathname;
const CENTURY = 100 * 365 * 86_400_000;
const {
  key,
  cookie,
  redis: entries,
} = JSON.parse(readFileSync(`${BEFORE}.json`, 'utf8')) as {
  key: string;
  cookie: string;
  redis: Record<string, string>;
};
const sessionId = decodeURIComponent(cookie).replace(/^.*s:/, '').split('.')[0] ?? '';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
}, REDIS_START_TIMEOUT);
afterAll(() => redis[Symbol.asyncDispose]());

function fromFile(): RecordBackend {
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(`${BEFORE}.sqlite`, join(folder, 'sessions.sqlite'));
  return new SqliteBackend({ file: join(folder, 'sessions.sqlite') });
}

async function fromRedis(): Promise<RecordBackend> {
  const client = await createClient({ url: redis.url.href }).connect();
  await client.flushAll();
  for (const [name, value] of Object.entries(entries)) {
    await client.set(name, Buffer.from(value, 'base64'), { PX: CENTURY });
  }
  await client.close();
  return new RedisBackend({ url: redis.url });
}

describe.each<[string, () => RecordBackend | Promise<RecordBackend>]>([
  ['a session file', fromFile],
  ['a Redis', fromRedis],
])('%s of the release before', (_, open) => {
  async function read() {
    const backend = await open();
    const sealer = new Sealer([Buffer.from(key, 'base64')]);
    const records = new RecordStore({ backend, sealer });
    onTestFinished(() => records.close());
    const lifetimes = { idle: CENTURY, absolute: CENTURY };
    const connectionSessions = new ConnectionSessions({
      records,
      secrets: sealer.signingSecrets(),
      publicUrl: new URL('https://app.shop.test'),
      rulesOf: (provider) => (provider === 'alpaca' ? ALL_RULES : undefined),
      ...lifetimes,
    });
    return { connectionSessions, sessions: new Sessions({ records, ...lifetimes }) };
  }
  const request = (headers: Record<string, string> = {}) =>
    ({ headers: { cookie, ...headers } }) as unknown as IncomingMessage;

  it('logs nobody out: both connections are used, by environment and by id', async () => {
    const { connectionSessions } = await read();
    const paper = await connectionSessions.connectionFor(request(), 'paper', 'trading');
    const live = await connectionSessions.connectionFor(request(), 'live', 'trading');
    expect([paper, live].map(({ connection }) => connection.accessToken)).toEqual([
      'token-of-before-paper',
      'token-of-before-live',
    ]);
    expect(publicConnection(paper.connection)).toMatchObject({ provider: 'alpaca', environment: 'paper' });
    const named = request({ 'x-alpaca-connection': live.connection.id });
    expect((await connectionSessions.connectionFor(named, 'live', 'none')).connection).toEqual(
      live.connection,
    );
  });

  it('takes a further account beside the old ones, and an old one is replaced by its own account alone', async () => {
    const { sessions } = await read();
    const old = await sessions.load(sessionId);
    const [paper, live] = old?.connections ?? [];
    await sessions.rotate(sessionId, 'second', {
      cookie: {},
      keep: true,
      connections: [exampleConnection({ id: 'added', provider: 'alpaca' })],
    });
    const second = await sessions.open('second');
    expect(second?.connections.map(({ id }) => id)).toEqual([paper?.id, live?.id, 'added']);
    await sessions.rotate('second', 'third', {
      cookie: {},
      keep: true,
      connections: [
        {
          ...exampleConnection({ provider: 'alpaca' }),
          id: 'again',
          account: (paper as StoredConnection).account,
        },
      ],
    });
    const third = await sessions.open('third');
    expect(third?.connections.map(({ id }) => id)).toEqual([live?.id, 'added', 'again']);
  });

  it('is changed like any other: revoked, disconnected, ended', async () => {
    const { sessions } = await read();
    const [paper, live] = (await sessions.load(sessionId))?.connections ?? [];
    await sessions.markRevoked(sessionId, paper?.id ?? '', '2026-11-26T00:00:00.000Z');
    expect((await sessions.load(sessionId))?.connections[0]).toMatchObject({
      id: paper?.id,
      accessToken: '',
    });
    await sessions.update(sessionId, (connections) => connections.filter(({ id }) => id === live?.id));
    expect((await sessions.load(sessionId))?.connections).toEqual([live]);
    await sessions.end(sessionId);
    expect(await sessions.load(sessionId)).toBeUndefined();
  });
});
