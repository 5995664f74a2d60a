import { describe, expect, it } from 'vitest';
import { REDIS_START_TIMEOUT, startRedis } from '../redis/start-redis.ts';
import { Visitor } from '../visitor.ts';
import { openTestStore, STORE_KINDS } from './test-store.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

const timeout = REDIS_START_TIMEOUT;

/** Eight people at a time connect, one after the other, until `stop` is called. Gives those who were told 201. */
function connectMany(servers: TwoServers): { acknowledged: Visitor[]; stop(): Promise<void> } {
  const acknowledged: Visitor[] = [];
  let stopped = false;
  const connectOnAndOn = async (): Promise<void> => {
    while (!stopped) {
      const person = new Visitor(servers);
      const status = await person.connect().then(
        (answer) => answer.status,
        () => 0, // the server died under this one
      );
      if (status === 201) acknowledged.push(person);
    }
  };
  const running = Array.from({ length: 8 }, connectOnAndOn);
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

async function countLost(people: Visitor[]): Promise<number> {
  const answers = await Promise.all(people.map((person) => person.call('/paper/v2/account')));
  return answers.filter(({ status }) => status !== 200).length;
}

const untilCount = (people: Visitor[], count: number) =>
  expect.poll(() => people.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);

describe.each(STORE_KINDS)('a session that was acknowledged, kept in %s', (kind) => {
  it('survives kill -9 of the servers while people connect, three times over', { timeout }, async () => {
    await using store = await openTestStore(kind);
    await using servers = await startTwoServers(store.variables);
    const { acknowledged, stop } = connectMany(servers);
    for (let kills = 1; kills <= 3; kills++) {
      await untilCount(acknowledged, acknowledged.length + 20);
      await Promise.all([servers.kill('a'), servers.kill('b')]);
      await Promise.all([servers.start('a'), servers.start('b')]);
    }
    await stop();
    const lost = await countLost(acknowledged);
    process.stdout.write(`${kind}, kill -9 of servers: ${acknowledged.length} acknowledged, ${lost} lost\n`);
    expect(lost).toBe(0);
  });
});

describe('a session that was acknowledged, kept in a Redis with appendonly and appendfsync always', () => {
  it('survives kill -9 of Redis while people connect', { timeout }, async () => {
    await using redis = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
    await using servers = await startTwoServers({ REDIS_URL: redis.url.href });
    const { acknowledged, stop } = connectMany(servers);
    for (let kills = 1; kills <= 3; kills++) {
      await untilCount(acknowledged, acknowledged.length + 20);
      await redis.kill();
      await redis.restart();
    }
    await untilCount(acknowledged, acknowledged.length + 20);
    await stop();
    const lost = await countLost(acknowledged);
    process.stdout.write(`Redis, kill -9 of Redis: ${acknowledged.length} acknowledged, ${lost} lost\n`);
    expect(lost).toBe(0);
  });
});
