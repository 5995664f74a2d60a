import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { SqliteBackend } from '../../../server/session/sqlite.ts';
import { MemoryBackend } from './memory-backend.ts';
import { everyStoreCall } from './record-backend.conformance.ts';
import { stalledBackend } from './stalled-backend.ts';
import { temporaryFile } from './temporary-file.ts';

const sealer = new Sealer([randomBytes(32)]);
const keyOf = (name: string) => createHash('sha256').update(name).digest('base64url');

function setUp({ now = (): number => 0, ring = sealer, backend = new MemoryBackend({ now: () => 0 }) } = {}) {
  return { backend, records: new RecordStore({ backend, sealer: ring, now }) };
}

describe('RecordStore', () => {
  it('read() returns what was put, whatever JSON it is', async () => {
    const { records } = setUp();
    for (const value of [{ a: [1, 'ä', null] }, 'text', 0, false, null]) {
      await records.put('session', 'id', value, 1);
      expect((await records.read('session', 'id'))?.value).toEqual(value);
    }
  });

  it('read() finds a record until the millisecond before it expires, though the backend keeps it longer', async () => {
    let now = 0;
    const { records } = setUp({ now: () => now });
    await records.put('session', 'id', 'value', 1000);
    now = 999;
    expect(await records.read('session', 'id')).toBeDefined();
    now = 1000;
    expect(await records.read('session', 'id')).toBeUndefined();
  });

  it('keeps purposes apart', async () => {
    const { records } = setUp();
    await records.put('attempt', 'id', 'value', 1);
    expect(await records.read('session', 'id')).toBeUndefined();
    expect(await records.read('grant', 'id')).toBeUndefined();
    expect(await records.create('mailbox', 'id', 'other', 1)).toBe(true);
    expect((await records.read('attempt', 'id'))?.value).toBe('value');
  });

  it('replace() refuses a version that was overwritten meanwhile', async () => {
    const { records } = setUp();
    await records.put('session', 'id', 1, 1);
    const first = await records.read('session', 'id');
    const sealed = first?.sealed ?? Buffer.alloc(0);
    expect(await records.replace('session', 'id', sealed, 2, 1)).toBe(true);
    expect(await records.replace('session', 'id', sealed, 3, 1)).toBe(false);
    expect((await records.read('session', 'id'))?.value).toBe(2);
  });

  it('claim() is true once', async () => {
    const { records } = setUp();
    const claims = await Promise.all(Array.from({ length: 100 }, () => records.claim('grant', 'id', 1)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await records.claim('grant', 'other', 1)).toBe(true);
  });

  it('loses nothing when the clock of its backend is ahead by most of a day', async () => {
    const clock = { backend: 0 };
    const { records } = setUp({ backend: new MemoryBackend({ now: () => clock.backend }) });
    await records.claim('grant', 'used', 120_000);
    await records.create('session', 'alive', 'value', 120_000);
    await records.remove('session', 'ended', 120_000);
    clock.backend = 20 * 3_600_000;
    expect(await records.claim('grant', 'used', 120_000)).toBe(false);
    expect((await records.read('session', 'alive'))?.value).toBe('value');
    expect(await records.put('session', 'ended', 'value', 120_000)).toBe(false);
  });

  it('replace() revives nothing that has expired and that the backend still has', async () => {
    let now = 0;
    const { records } = setUp({ now: () => now });
    await records.put('session', 'id', 1, 1_000);
    const { sealed = Buffer.alloc(0) } = (await records.read('session', 'id')) ?? {};
    now = 1_000;
    expect(await records.replace('session', 'id', sealed, 2, 2_000)).toBe(false);
    expect(await records.read('session', 'id')).toBeUndefined();
  });

  it('remove() makes every later write to the id fail', async () => {
    const { records } = setUp();
    await records.remove('session', 'id', 1);
    expect(await records.put('session', 'id', 'value', 1)).toBe(false);
    expect(await records.create('session', 'id', 'value', 1)).toBe(false);
  });

  it('re-seals with the newest key at the next write, and reads a record of a dropped key as absent', async () => {
    const [newKey, oldKey] = [randomBytes(32), randomBytes(32)];
    const { backend, records } = setUp({ ring: new Sealer([oldKey]) });
    await records.put('session', 'rewritten', 1, 1);
    await records.put('session', 'left', 1, 1);
    const both = setUp({ backend, ring: new Sealer([newKey, oldKey]) }).records;
    const found = await both.read('session', 'rewritten');
    await both.replace('session', 'rewritten', found?.sealed ?? Buffer.alloc(0), 2, 1);
    const alone = setUp({ backend, ring: new Sealer([newKey]) }).records;
    expect((await alone.read('session', 'rewritten'))?.value).toBe(2);
    expect(await alone.read('session', 'left')).toBeUndefined();
  });

  it('gives up on a backend that does not answer, with a 503', async () => {
    const records = new RecordStore({ backend: stalledBackend(), sealer, deadline: 20 });
    for (const call of everyStoreCall(records)) {
      await expect(call()).rejects.toMatchObject({ status: 503, code: 'session_store_unavailable' });
    }
  });

  it('says nothing of the cause in its public message', async () => {
    const { records, backend } = setUp();
    backend.get = async () => {
      throw new Error('canary at db.internal:5432');
    };
    const error = await records.read('session', 'id').catch((caught: Error) => caught);
    expect(error).toMatchObject({ cause: { message: 'canary at db.internal:5432' } });
    expect((error as Error).message).not.toContain('canary');
  });
});

// Somebody can write to the database but has no key: they cut, flip or invent bytes, or put one person's record where
// another person's, or an older one, belongs. None of it may be read as a session, and none of it may crash the server.
describe('RecordStore under attack through its backend', () => {
  it('reads damaged and invented records as absent', async () => {
    const { records, backend } = setUp();
    await records.put('session', 'id', 'value', 1);
    const sealed = Buffer.from((await backend.get(keyOf('session:id'))) ?? []);
    expect(sealed.length).toBeGreaterThan(0);
    for (const bytes of [
      sealed.subarray(1),
      sealed.subarray(0, -1),
      Buffer.from('{"value":1}'),
      Buffer.alloc(0),
    ]) {
      await backend.put(keyOf('session:id'), bytes, 1);
      expect(await records.read('session', 'id')).toBeUndefined();
    }
  });

  it("does not read one person's record under another person's key", async () => {
    const { records, backend } = setUp();
    await records.put('session', 'victim', 'value', 1);
    const sealed = await backend.get(keyOf('session:victim'));
    await backend.put(keyOf('session:attacker'), sealed ?? Buffer.alloc(0), 1);
    expect(await records.read('session', 'victim')).toBeDefined();
    expect(await records.read('session', 'attacker')).toBeUndefined();
  });

  it('does not revive an expired record that is put back with a later expiry', async () => {
    let now = 0;
    const { records, backend } = setUp({ now: () => now });
    await records.put('session', 'id', 'value', 1000);
    const sealed = await backend.get(keyOf('session:id'));
    await backend.put(keyOf('session:id'), sealed ?? Buffer.alloc(0), 1_000_000);
    expect(await records.read('session', 'id')).toBeDefined();
    now = 1000;
    expect(await records.read('session', 'id')).toBeUndefined();
  });

  it('leaves neither ids nor values in the file of the database', async () => {
    const file = await temporaryFile();
    const records = new RecordStore({ backend: new SqliteBackend({ file }), sealer });
    await records.put('session', 'canary-id', { accessToken: 'canary-token' }, Date.now() + 60_000);
    await records.close();
    const dump = await readFile(file, 'latin1');
    expect(dump).toContain(keyOf('session:canary-id'));
    expect(dump).not.toContain('canary');
  });
});
