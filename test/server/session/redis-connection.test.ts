import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RedisConnection } from '../../../server/session/redis-client.ts';
import { type FaultyLine, openFaultyLine } from '../../faults/faulty-line.ts';
import { REDIS_START_TIMEOUT, startRedis, type TestRedis } from '../../redis/start-redis.ts';
import { freePort } from '../../server-process.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
}, REDIS_START_TIMEOUT);
afterAll(async () => redis[Symbol.asyncDispose]());

function open(port: number | string): RedisConnection {
  const connection = new RedisConnection(new URL(`redis://127.0.0.1:${port}`));
  onTestFinished(() => connection.close());
  return connection;
}

async function openThroughLine(): Promise<{ line: FaultyLine; connection: RedisConnection }> {
  const line = await openFaultyLine(redis.port);
  onTestFinished(() => line[Symbol.asyncDispose]());
  const connection = open(line.port);
  await ping(connection);
  return { line, connection };
}

const ping = (connection: RedisConnection) => connection.ask((client) => client.ping());

/** Resolves when the connection works again. */
async function recovered(connection: RedisConnection): Promise<void> {
  await expect.poll(() => ping(connection).catch(String), { timeout: 10_000 }).toBe('PONG');
}

describe('RedisConnection.ask()', () => {
  it('waits for the first connection, and no longer than that', async () => {
    expect(await ping(open(redis.port))).toBe('PONG');
    await expect(ping(open(await freePort()))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('works as soon as a Redis comes that was away at the start', async () => {
    await using late = await startRedis();
    await late.kill();
    const connection = open(late.port);
    await expect(ping(connection)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await late.restart();
    await recovered(connection);
  });

  it('rejects what is under way when the line is cut, then at once, and reconnects', async () => {
    const { line, connection } = await openThroughLine();
    line.swallow();
    const underWay = ping(connection);
    line.cut();
    await expect(underWay).rejects.toMatchObject({ name: 'RedisFailure' });
    await expect(ping(connection)).rejects.toMatchObject({ name: 'RedisFailure' });
    line.mend();
    await recovered(connection);
  });

  it('replaces a connection that stays open and answers nothing, though commands go on being written to it', {
    timeout: 20_000,
  }, async () => {
    const { line, connection } = await openThroughLine();
    line.swallow();
    const traffic = setInterval(() => void ping(connection).catch(() => {}), 50);
    onTestFinished(() => clearInterval(traffic));
    await expect(ping(connection)).rejects.toMatchObject({ code: 'DisconnectsClientError' });
    line.mend();
    await recovered(connection);
    expect(line.connections()).toBeGreaterThan(1);
  });

  it('gives up a Redis that takes the connection and never greets', { timeout: 20_000 }, async () => {
    const line = await openFaultyLine(redis.port);
    onTestFinished(() => line[Symbol.asyncDispose]());
    line.swallow();
    const connection = open(line.port);
    await expect(ping(connection)).rejects.toMatchObject({ code: 'SocketTimeoutError' });
    line.mend();
    await recovered(connection);
  });

  it('bears a line that is slow, and one that answers nonsense', { timeout: 20_000 }, async () => {
    const { line, connection } = await openThroughLine();
    line.delay(200);
    expect(await ping(connection)).toBe('PONG');
    line.garble();
    await expect(ping(connection)).rejects.toMatchObject({ name: 'RedisFailure' });
    line.mend();
    await recovered(connection);
  });

  it('connects anew when the primary became a replica', async () => {
    const { line, connection } = await openThroughLine();
    await redis.admin('REPLICAOF', '127.0.0.1', '1');
    const write = () => connection.ask((client) => client.remove('key', 1000));
    await expect(write()).rejects.toMatchObject({ code: 'READONLY' });
    await redis.admin('REPLICAOF', 'NO', 'ONE');
    expect(await write()).toBe(true);
    expect(line.connections()).toBe(2);
  });

  it('sends a script again to a Redis that forgot it', async () => {
    const connection = open(redis.port);
    const write = () => connection.ask((client) => client.remove('key', 1000));
    await write();
    await redis.admin('SCRIPT', 'FLUSH');
    expect(await write()).toBe(true);
  });

  it('names a wrong password, and does not tell it', async () => {
    await using locked = await startRedis('--requirepass', 'right');
    const url = new URL(locked.url);
    url.password = 'canary';
    const connection = new RedisConnection(url);
    onTestFinished(() => connection.close());
    const failure = await ping(connection).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'WRONGPASS' });
    expect(String((failure as Error).stack)).not.toContain('canary');
    await expect(ping(open(locked.port))).rejects.toMatchObject({ code: 'NOAUTH' });
  });

  it('rejects once it is closed, also while Redis is away', async () => {
    for (const connection of [open(redis.port), open(await freePort())]) {
      connection.close();
      connection.close();
      await expect(ping(connection)).rejects.toMatchObject({ name: 'RedisFailure' });
    }
  });
});
