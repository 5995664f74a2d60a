import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Grants, type GrantTerms } from '../../../server/broker/grants.ts';
import { RecordStore } from '../../../server/session/records.ts';
import { Sealer } from '../../../server/session/sealer.ts';
import { MemoryBackend } from '../session/memory-backend.ts';

const oldKey = randomBytes(32);
const newKey = randomBytes(32);
const terms: GrantTerms = {
  user: '1042',
  clientId: 'app',
  clientName: 'App',
  clientHost: 'app.example',
  accountId: 'account',
  accountLabel: 'Individual',
  accountDigits: '4242',
  scope: 'general',
};

/** A store, and services on it that may have other keys. */
function setUp() {
  const names = new Set<string>();
  const backend = new MemoryBackend();
  for (const method of ['get', 'put', 'create', 'replace'] as const) {
    const own = backend[method].bind(backend) as (key: string, ...rest: unknown[]) => unknown;
    Object.assign(backend, {
      [method]: (key: string, ...rest: unknown[]) => {
        names.add(key);
        return own(key, ...rest);
      },
    });
  }
  const service = (...keys: Buffer[]) => {
    const sealer = new Sealer(keys);
    return new Grants(new RecordStore({ backend, sealer }), sealer.keyIds());
  };
  return { names, service };
}

const appsOf = async (grants: Grants) => (await grants.of(terms.user)).map(({ clientId }) => clientId);

describe('what people allowed', () => {
  it('is kept under names that do not tell whose it is', async () => {
    const { names, service } = setUp();
    await service(oldKey).add(terms, undefined);
    expect(names.size).toBeGreaterThan(1);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      for (const plain of [
        hash('sha256', terms.user, encoding),
        Buffer.from(terms.user).toString(encoding),
      ]) {
        expect([...names].filter((name) => name.includes(plain))).toEqual([]);
      }
    }
  });

  it('outlives the key that it was sealed with, once it was read with the new one in front', async () => {
    const { service } = setUp();
    await service(oldKey).add(terms, undefined);
    expect(await appsOf(service(newKey, oldKey))).toEqual(['app']);
    expect(await appsOf(service(newKey))).toEqual(['app']);
  });

  it('can be allowed again when the key went that alone could read it', async () => {
    const { service } = setUp();
    await service(oldKey).add(terms, undefined);
    // Only the names were read with both: another person came.
    await service(newKey, oldKey).of('somebody else');
    const later = service(newKey);
    expect(await appsOf(later)).toEqual([]);
    await later.add(terms, undefined);
    await later.add({ ...terms, clientId: 'another' }, undefined);
    expect(await appsOf(later)).toEqual(['app', 'another']);
  });

  it('is left alone by a service that was started with foreign keys', async () => {
    const { service } = setUp();
    await service(oldKey).add(terms, undefined);
    const foreign = service(randomBytes(32));
    expect(await appsOf(foreign)).toEqual([]);
    await foreign.add({ ...terms, clientId: 'foreign' }, undefined);
    expect(await appsOf(service(oldKey))).toEqual(['app']);
  });
});
