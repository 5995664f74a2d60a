import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordBackend } from '../../../server/session/records.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { steadyNow } from '../../../server/session/steady-clock.ts';

const later = () => Date.now() + 3_600_000;
const past = () => steadyNow() - 1;
const a = Buffer.from('a');
const b = Buffer.from('b');

/** What every backend must do, and how the store core must bear its faults. */
export function describeRecordBackend(name: string, open: () => Promise<RecordBackend>): void {
  async function opened(): Promise<RecordBackend> {
    const backend = await open();
    onTestFinished(() => backend.close());
    return backend;
  }

  async function read(backend: RecordBackend, key: string): Promise<string | undefined> {
    const record = await backend.get(key);
    return record && Buffer.from(record).toString();
  }

  describe(`${name} as a RecordBackend`, () => {
    it('get() knows no record of an empty slot', async () => {
      expect(await (await opened()).get('key')).toBeUndefined();
    });

    it('get() returns the very bytes that were put', async () => {
      const backend = await opened();
      const bytes = randomBytes(5000);
      await backend.put('key', bytes, later());
      expect(Buffer.from((await backend.get('key')) ?? [])).toEqual(bytes);
    });

    it('get() knows no record that expired', async () => {
      const backend = await opened();
      await backend.put('key', a, past());
      expect(await backend.get('key')).toBeUndefined();
    });

    it('create() succeeds for the first caller only', async () => {
      const backend = await opened();
      expect(await backend.create('key', a, later())).toBe(true);
      expect(await backend.create('key', b, later())).toBe(false);
      expect(await read(backend, 'key')).toBe('a');
    });

    it('create() succeeds for one of a hundred parallel callers', async () => {
      const backend = await opened();
      const calls = Array.from({ length: 100 }, () => backend.create('key', a, later()));
      expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(1);
    });

    it('create() reuses an expired slot', async () => {
      const backend = await opened();
      await backend.create('key', a, past());
      expect(await backend.create('key', b, later())).toBe(true);
      expect(await read(backend, 'key')).toBe('b');
    });

    it('put() overwrites a record', async () => {
      const backend = await opened();
      expect(await backend.put('key', a, later())).toBe(true);
      expect(await backend.put('key', b, later())).toBe(true);
      expect(await read(backend, 'key')).toBe('b');
    });

    it('replace() never fills an empty or expired slot', async () => {
      const backend = await opened();
      expect(await backend.replace('key', a, b, later())).toBe(false);
      await backend.put('key', a, past());
      expect(await backend.replace('key', a, b, later())).toBe(false);
      expect(await backend.get('key')).toBeUndefined();
    });

    it('replace() refuses when the record is another than expected', async () => {
      const backend = await opened();
      await backend.put('key', a, later());
      expect(await backend.replace('key', b, b, later())).toBe(false);
      expect(await read(backend, 'key')).toBe('a');
    });

    it('replace() overwrites what was expected, and its expiry', async () => {
      const backend = await opened();
      await backend.put('key', a, later());
      expect(await backend.replace('key', a, b, later())).toBe(true);
      expect(await read(backend, 'key')).toBe('b');
      expect(await backend.replace('key', b, a, past())).toBe(true);
      expect(await backend.get('key')).toBeUndefined();
    });

    it('replace() succeeds for one of a hundred parallel callers that expect the same', async () => {
      const backend = await opened();
      await backend.put('key', a, later());
      const calls = Array.from({ length: 100 }, (_, n) =>
        backend.replace('key', a, Buffer.from(`${n}`), later()),
      );
      expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(1);
    });

    it('remove() deletes, and refuses every write to the key from then on', async () => {
      const backend = await opened();
      await backend.put('key', a, later());
      await backend.remove('key', later());
      expect(await backend.get('key')).toBeUndefined();
      expect(await backend.create('key', a, later())).toBe(false);
      expect(await backend.put('key', a, later())).toBe(false);
      expect(await backend.replace('key', a, b, later())).toBe(false);
      expect(await backend.get('key')).toBeUndefined();
    });

    it('remove() leaves a tombstone on a key that was never used', async () => {
      const backend = await opened();
      await backend.remove('key', later());
      expect(await backend.create('key', a, later())).toBe(false);
    });

    it('remove() leaves a tombstone that outlasts the record, and is not shortened by another one', async () => {
      const backend = await opened();
      await backend.put('key', a, later());
      await backend.remove('key', past());
      expect(await backend.put('key', a, later())).toBe(false);
      await backend.remove('key', past());
      expect(await backend.put('key', a, later())).toBe(false);
    });

    it('an expired tombstone leaves an empty slot', async () => {
      const backend = await opened();
      await backend.remove('key', past());
      expect(await backend.create('key', a, later())).toBe(true);
      await backend.remove('other', past());
      expect(await backend.put('other', a, later())).toBe(true);
    });

    it('probe() resolves, and leaves no record behind', async () => {
      const backend = await opened();
      await backend.probe();
      expect(await backend.get('probe')).toBeUndefined();
    });

    it('close() may be called twice, and every other call after it rejects', async () => {
      const backend = await opened();
      await backend.close();
      await backend.close();
      for (const call of everyCall(backend)) await expect(call()).rejects.toThrow();
    });
  });

  describe(`RecordStore over ${name}`, () => {
    const sealer = new Sealer([randomBytes(32)]);

    it('loses no change of twenty parallel compare-and-swap loops', async () => {
      const records = new RecordStore({ backend: await opened(), sealer });
      await records.create('session', 'id', 0, later());
      const increment = async (): Promise<void> => {
        const found = await records.read('session', 'id');
        if (found === undefined) throw new Error('The record is gone.');
        const next = (found.value as number) + 1;
        if (!(await records.replace('session', 'id', found.sealed, next, later()))) await increment();
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      expect((await records.read('session', 'id'))?.value).toBe(20);
    });

    it('makes a 503 session_store_unavailable of every failure, and keeps the cause', async () => {
      const backend = await opened();
      await backend.close();
      const records = new RecordStore({ backend, sealer });
      for (const call of everyStoreCall(records)) {
        const error = await call().catch((caught: unknown) => caught);
        expect(error).toMatchObject({
          status: 503,
          code: 'session_store_unavailable',
          cause: expect.any(Error),
        });
      }
    });
  });
}

function everyCall(backend: RecordBackend): (() => Promise<unknown>)[] {
  return [
    () => backend.get('key'),
    () => backend.create('key', a, later()),
    () => backend.put('key', a, later()),
    () => backend.replace('key', a, b, later()),
    () => backend.remove('key', later()),
    () => backend.probe(),
  ];
}

/** Every call of the store core that asks its backend. */
export function everyStoreCall(records: RecordStore): (() => Promise<unknown>)[] {
  const id = randomUUID();
  return [
    () => records.read('session', id),
    () => records.create('session', id, 'value', later()),
    () => records.put('session', id, 'value', later()),
    () => records.replace('session', id, a, 'value', later()),
    () => records.remove('session', id, later()),
    () => records.claim('grant', id, later()),
    () => records.probe(),
  ];
}
