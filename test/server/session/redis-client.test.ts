import { ErrorReply, SocketTimeoutError } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeError } from '../../../server/http/log.ts';
import { RedisClient, RedisFailure } from '../../../server/session/redis-client.ts';
import { type FaultyLine, openFaultyLine } from '../../faults/faulty-line.ts';
import { REDIS_START_TIMEOUT, startRedis, type TestRedis } from '../../redis/start-redis.ts';
import { freePort } from '../../server-process.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
}, REDIS_START_TIMEOUT);
afterAll(async () => redis[Symbol.asyncDispose]());

function open(port: number | string): RedisClient {
  const client = new RedisClient(new URL(`redis://127.0.0.1:${port}`));
  onTestFinished(() => client.close());
  return client;
}

async function openThroughLine(): Promise<{ line: FaultyLine; client: RedisClient }> {
  const line = await openFaultyLine(redis.port);
  onTestFinished(() => line[Symbol.asyncDispose]());
  const client = open(line.port);
  await ping(client);
  return { line, client };
}

const ping = (client: RedisClient) => client.run((redis) => redis.ping());

/** Resolves when commands are answered again. */
async function recovered(client: RedisClient): Promise<void> {
  await expect.poll(() => ping(client).catch(String), { timeout: 10_000 }).toBe('PONG');
}

describe('RedisClient.run()', () => {
  it('waits for the first connection, and no longer than that', async () => {
    expect(await ping(open(redis.port))).toBe('PONG');
    await expect(ping(open(await freePort()))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('works as soon as a Redis comes that was away at the start', async () => {
    await using late = await startRedis();
    await late.kill();
    const client = open(late.port);
    await expect(ping(client)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await late.restart();
    await recovered(client);
  });

  it('rejects what is under way when the line is cut, then at once, and reconnects', async () => {
    const { line, client } = await openThroughLine();
    line.swallow();
    const underWay = ping(client);
    line.cut();
    await expect(underWay).rejects.toMatchObject({ name: 'RedisFailure' });
    await expect(ping(client)).rejects.toMatchObject({ name: 'RedisFailure' });
    line.mend();
    await recovered(client);
  });

  it('replaces a connection that stays open and answers nothing, though commands go on being written to it', {
    timeout: 20_000,
  }, async () => {
    const { line, client } = await openThroughLine();
    line.swallow();
    const traffic = setInterval(() => void ping(client).catch(() => {}), 50);
    onTestFinished(() => clearInterval(traffic));
    await expect(ping(client)).rejects.toMatchObject({ code: 'DisconnectsClientError' });
    line.mend();
    await recovered(client);
    expect(line.connections()).toBeGreaterThan(1);
  });

  it('gives up a Redis that takes the connection and never greets', { timeout: 20_000 }, async () => {
    const line = await openFaultyLine(redis.port);
    onTestFinished(() => line[Symbol.asyncDispose]());
    line.swallow();
    const client = open(line.port);
    await expect(ping(client)).rejects.toMatchObject({ code: 'SocketTimeoutError' });
    line.mend();
    await recovered(client);
  });

  it('bears a line that is slow, and one that answers nonsense', { timeout: 20_000 }, async () => {
    const { line, client } = await openThroughLine();
    line.delay(200);
    expect(await ping(client)).toBe('PONG');
    line.garble();
    await expect(ping(client)).rejects.toMatchObject({ name: 'RedisFailure' });
    line.mend();
    await recovered(client);
  });

  it('connects anew when the primary became a replica', async () => {
    const { line, client } = await openThroughLine();
    await redis.admin('REPLICAOF', '127.0.0.1', '1');
    const write = () => client.run((redis) => redis.remove('key', 1000));
    await expect(write()).rejects.toMatchObject({ code: 'READONLY' });
    await redis.admin('REPLICAOF', 'NO', 'ONE');
    expect(await write()).toBe(true);
    expect(line.connections()).toBe(2);
  });

  it('sends a script again to a Redis that forgot it', async () => {
    const client = open(redis.port);
    const write = () => client.run((redis) => redis.remove('key', 1000));
    await write();
    await redis.admin('SCRIPT', 'FLUSH');
    expect(await write()).toBe(true);
  });

  it('names a wrong password, and does not tell it', async () => {
    await using locked = await startRedis('--requirepass', 'right');
    const url = new URL(locked.url);
    url.password = 'canary';
    const client = new RedisClient(url);
    onTestFinished(() => client.close());
    const failure = await ping(client).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'WRONGPASS' });
    expect(String((failure as Error).stack)).not.toContain('canary');
    await expect(ping(open(locked.port))).rejects.toMatchObject({ code: 'NOAUTH' });
  });

  it('rejects once it is closed, also while Redis is away', async () => {
    for (const client of [open(redis.port), open(await freePort())]) {
      client.close();
      client.close();
      await expect(ping(client)).rejects.toMatchObject({ name: 'RedisFailure' });
    }
  });
});

describe('RedisFailure', () => {
  it.each([
    [new ErrorReply("READONLY You can't write against a read only replica."), 'READONLY'],
    [new ErrorReply('something else'), 'ErrorReply'],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new SocketTimeoutError(1), 'SocketTimeoutError'],
    [undefined, 'unknown'],
  ])('names %s by a code that the log shows', (cause, code) => {
    const failure = new RedisFailure(cause);
    expect(failure.code).toBe(code);
    expect(describeError(failure)).toMatchObject({ name: 'RedisFailure', code });
  });
});
