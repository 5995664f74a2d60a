import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { RedisBackend } from '../../../server/session/redis.ts';
import { REDIS_START_TIMEOUT, startRedis, type TestRedis } from '../../redis/start-redis.ts';
import { describeRecordBackend } from './record-backend.conformance.ts';

const hour = 3_600_000;
const record = Buffer.from('record');
const prefix = 'alpaca-connect:';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
}, REDIS_START_TIMEOUT);
afterAll(async () => redis[Symbol.asyncDispose]());
beforeEach(async () => {
  await redis.admin('FLUSHALL');
});

describeRecordBackend('RedisBackend', async () => new RedisBackend({ url: redis.url }));

function open(options: { now?: () => number; url?: URL } = {}): RedisBackend {
  const backend = new RedisBackend({ url: redis.url, ...options });
  onTestFinished(() => backend.close());
  return backend;
}

describe('RedisBackend', () => {
  it('gives every key its prefix and an end', async () => {
    const backend = open();
    const later = Date.now() + hour;
    await backend.create('created', record, later);
    await backend.put('put', record, later);
    await backend.put('replaced', record, later - hour / 2);
    await backend.replace('replaced', record, record, later);
    await backend.remove('removed', later);
    await backend.probe();
    const keys = (await redis.admin('KEYS', '*')) as string[];
    const names = ['created', 'probe', 'put', 'removed', 'replaced'].map((name) => prefix + name);
    expect(keys.sort()).toEqual(names);
    for (const key of keys.filter((name) => !name.endsWith('probe'))) {
      const life = (await redis.admin('PTTL', key)) as number;
      expect(life, key).toBeGreaterThan(hour - 60_000);
      expect(life, key).toBeLessThanOrEqual(hour);
    }
  });

  it('keeps a tombstone as long as the longer of what it is told and what the record had left', async () => {
    const backend = open();
    await backend.put('long', record, Date.now() + 2 * hour);
    await backend.remove('long', Date.now() + hour);
    await backend.put('short', record, Date.now() + hour);
    await backend.remove('short', Date.now() + 2 * hour);
    for (const key of ['long', 'short']) {
      expect(await redis.admin('PTTL', prefix + key)).toBeGreaterThan(2 * hour - 60_000);
      expect(await redis.admin('STRLEN', prefix + key)).toBe(0);
    }
  });

  it('reckons ends by the clock of this server, not by that of Redis', async () => {
    const now = () => Date.now() - 10 * hour;
    const backend = open({ now });
    expect(await backend.create('key', record, now() + hour)).toBe(true);
    expect(await backend.create('key', record, now() + hour)).toBe(false);
    expect(await backend.get('key')).toEqual(record);
  });

  it('keeps a record of any bytes, and a large one', async () => {
    const backend = open();
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    for (const bytes of [everyByte, Buffer.alloc(1_000_000, '\r\n$5\0')]) {
      await backend.put('key', bytes, Date.now() + hour);
      expect(bytes.equals((await backend.get('key')) ?? Buffer.alloc(0))).toBe(true);
      expect(await backend.replace('key', bytes, record, Date.now() + hour)).toBe(true);
    }
  });

  it('replace() never takes a tombstone for an empty record', async () => {
    const backend = open();
    await backend.remove('key', Date.now() + hour);
    expect(await backend.replace('key', Buffer.alloc(0), record, Date.now() + hour)).toBe(false);
    expect(await backend.get('key')).toBeUndefined();
  });

  it('shares records with another process, and each operation has one winner', async () => {
    const [a, b] = [open(), open()];
    await a.put('key', record, Date.now() + hour);
    expect(await b.get('key')).toEqual(record);
    const turns = Array.from({ length: 100 }, (_, n) => (n % 2 ? a : b));
    const made = turns.map((each) => each.create('new', record, Date.now() + hour));
    expect((await Promise.all(made)).filter(Boolean)).toHaveLength(1);
    const other = Buffer.from('another record');
    const swapped = turns.map((each) => each.replace('key', record, other, Date.now() + hour));
    expect((await Promise.all(swapped)).filter(Boolean)).toHaveLength(1);
  });

  it('says what Redis does when its memory is full', async () => {
    expect(await open().evictionPolicy()).toBe('noeviction');
    await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    onTestFinished(async () => {
      await redis.admin('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    });
    expect(await open().evictionPolicy()).toBe('allkeys-lru');
  });

  it('works as a user that may do only what .env.example names, in a database of its own', async () => {
    const rights = '~alpaca-connect:* +get +set +del +exists +pttl +eval +evalsha +hello +ping +info +select';
    await redis.admin('ACL', 'SETUSER', 'alpaca', 'on', '>pa ss/@:', 'resetkeys', ...rights.split(' '));
    const url = new URL(redis.url);
    Object.assign(url, { username: 'alpaca', password: 'pa ss/@:', pathname: '/3' });
    const backend = open({ url });
    const later = Date.now() + hour;
    await backend.probe();
    expect(await backend.evictionPolicy()).toBe('noeviction');
    expect(await backend.create('key', record, later)).toBe(true);
    expect(await backend.put('key', record, later)).toBe(true);
    expect(await backend.replace('key', record, record, later)).toBe(true);
    expect(await backend.get('key')).toEqual(record);
    await backend.remove('key', later);
    expect(await open().create('key', record, later)).toBe(true); // database 0 knows nothing of it
  });
});
