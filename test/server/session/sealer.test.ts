import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sealer, type SealPurpose } from '../../../server/session/sealer.ts';

const newKey = randomBytes(32);
const oldKey = randomBytes(32);
const sealer = new Sealer([newKey]);
const purposes: SealPurpose[] = ['session', 'attempt', 'grant', 'mailbox', 'away', 'user-name-key'];
const purpose = fc.constantFrom(...purposes);

describe('Sealer', () => {
  it('sealer.open() returns what was sealed', () => {
    fc.assert(
      fc.property(
        purpose,
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (use, context, text) => {
          expect(sealer.open(use, context, sealer.seal(use, context, text))).toBe(text);
        },
      ),
    );
  });

  it('sealer.open() refuses a record with any one byte changed', () => {
    const sealed = sealer.seal('session', 'context', 'the plaintext');
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(at) ^ change, at);
        expect(sealer.open('session', 'context', changed)).toBeUndefined();
      }),
    );
  });

  it('sealer.open() refuses a record that was cut or grew', () => {
    const sealed = sealer.seal('session', 'context', 'the plaintext');
    for (let length = 0; length < sealed.length; length++) {
      expect(sealer.open('session', 'context', sealed.subarray(0, length))).toBeUndefined();
    }
    expect(sealer.open('session', 'context', Buffer.concat([sealed, Buffer.of(0)]))).toBeUndefined();
  });

  it('sealer.open() refuses any bytes that were not sealed, without throwing', () => {
    fc.assert(
      fc.property(purpose, fc.uint8Array({ maxLength: 200 }), (use, bytes) => {
        expect(sealer.open(use, 'context', bytes)).toBeUndefined();
        // With a header that looks right, so that the bytes get as far as the cipher.
        const header = sealer.seal(use, 'context', '').subarray(0, 9);
        expect(sealer.open(use, 'context', Buffer.concat([header, bytes]))).toBeUndefined();
      }),
    );
  });

  it('sealer.open() refuses a record of another purpose', () => {
    for (const use of purposes) {
      const sealed = sealer.seal(use, 'context', 'text');
      for (const other of purposes.filter((each) => each !== use)) {
        expect(sealer.open(other, 'context', sealed), `${use} as ${other}`).toBeUndefined();
      }
    }
  });

  it('sealer.open() refuses a record of another context', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (context, other) => {
        fc.pre(context !== other);
        expect(sealer.open('session', other, sealer.seal('session', context, 'text'))).toBeUndefined();
      }),
    );
  });

  it('sealer.open() refuses a record of a key that is not on the ring', () => {
    const sealed = sealer.seal('session', 'context', 'text');
    expect(new Sealer([oldKey]).open('session', 'context', sealed)).toBeUndefined();
  });

  it('sealer.open() opens a record of an older key on the ring', () => {
    const sealed = new Sealer([oldKey]).seal('session', 'context', 'text');
    expect(new Sealer([newKey, oldKey]).open('session', 'context', sealed)).toBe('text');
  });

  it('sealer.seal() seals with the newest key', () => {
    const sealed = new Sealer([newKey, oldKey]).seal('session', 'context', 'text');
    expect(sealer.open('session', 'context', sealed)).toBe('text');
  });

  it('sealer.seal() never gives the same bytes twice', () => {
    const sealed = Array.from({ length: 100 }, () =>
      sealer.seal('session', 'context', 'text').toString('hex'),
    );
    expect(new Set(sealed).size).toBe(100);
  });

  it('sealer.seal() shows neither the plaintext nor any part of a ring key', () => {
    const sealed = sealer.seal('session', 'context', 'canary');
    expect(sealed.includes('canary')).toBe(false);
    for (let at = 0; at + 4 <= newKey.length; at++) {
      expect(sealed.includes(newKey.subarray(at, at + 4))).toBe(false);
    }
  });

  it('sealer.signingSecrets() gives one secret a key, newest first, and none of them a key', () => {
    const secrets = new Sealer([newKey, oldKey]).signingSecrets();
    expect(secrets).toEqual([...sealer.signingSecrets(), ...new Sealer([oldKey]).signingSecrets()]);
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) {
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect([newKey, oldKey].map((key) => key.toString('base64url'))).not.toContain(secret);
    }
  });

  it('new Sealer() refuses an empty ring, and a key of any other length than 32 bytes', () => {
    expect(() => new Sealer([])).toThrow(/at least one key/);
    for (const length of [0, 16, 31, 33, 64]) {
      expect(() => new Sealer([newKey, randomBytes(length)]), `${length}`).toThrow(/exactly 32/);
    }
  });
});
