import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** What a record is for. A record sealed for one purpose cannot be opened for another. */
export type SealPurpose = (typeof PURPOSES)[number];

const PURPOSES = [
  'session',
  'attempt',
  'grant',
  'mailbox',
  'refresh',
  'away',
  'user-name-key',
  // Of a broker partner's own OAuth service.
  'broker-ticket',
  'broker-consent',
  'broker-code',
  'broker-grants',
  'broker-token',
] as const;

const VERSION = 1;
const KEY_BYTES = 32; // AES-256
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12; // NIST SP 800-38D section 5.2.1.1: 96 bits is the size GCM is made for
const TAG_BYTES = 16; // the full tag; appendix C warns of shorter ones

const NONCE_START = 1 + KEY_ID_BYTES;
const TAG_START = NONCE_START + NONCE_BYTES;
const TEXT_START = TAG_START + TAG_BYTES;

interface RingKey {
  id: Buffer;
  sealing: Record<SealPurpose, Buffer>;
  signingSecret: string;
}

/**
 * Seals text with AES-256-GCM under a ring of keys: the newest key seals, every key opens.
 *
 * A sealed record is `version (1) | key id (8) | nonce (12) | tag (16) | ciphertext`. Each ring key gives one
 * key per purpose (HKDF-SHA256, RFC 5869), and version, key id, purpose and context are authenticated too.
 */
export class Sealer {
  readonly #newest: RingKey;
  readonly #ring: ReadonlyMap<string, RingKey>;

  /**
   * @param keys Exactly 32 random bytes each, newest first. Drop a key only when nothing sealed with it is needed.
   * @throws RangeError when there is no key, or a key has another length.
   */
  constructor(keys: readonly Uint8Array[]) {
    const ring = keys.map(ringKey);
    const newest = ring[0];
    if (newest === undefined)
      throw new RangeError('The key ring is empty. Give at least one key of 32 random bytes.');
    this.#newest = newest;
    this.#ring = new Map(ring.map((key) => [key.id.toString('hex'), key]));
  }

  /** @param context Binds the record to its place, for example the store key. The same one is needed to open it. */
  seal(purpose: SealPurpose, context: string, plaintext: string): Buffer {
    const head = Buffer.concat([Buffer.of(VERSION), this.#newest.id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#newest.sealing[purpose], nonce, {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(authenticated(head, purpose, context));
    const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return Buffer.concat([head, nonce, cipher.getAuthTag(), text]);
  }

  /** The plaintext, or undefined for anything but an intact record of this purpose, context and ring. Never throws. */
  open(purpose: SealPurpose, context: string, sealed: Uint8Array): string | undefined {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < TEXT_START || bytes[0] !== VERSION) return undefined;
    // By key id, not by trial: a record of an unknown key costs no cryptography.
    const key = this.#ring.get(bytes.toString('hex', 1, NONCE_START));
    if (key === undefined) return undefined;
    const nonce = bytes.subarray(NONCE_START, TAG_START);
    const decipher = createDecipheriv('aes-256-gcm', key.sealing[purpose], nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(authenticated(bytes.subarray(0, NONCE_START), purpose, context));
    decipher.setAuthTag(bytes.subarray(TAG_START, TEXT_START));
    const text = decipher.update(bytes.subarray(TEXT_START));
    try {
      decipher.final(); // compares the tag; in GCM it holds no text back
    } catch {
      return undefined; // tampered with, or sealed for another place
    }
    return text.toString();
  }

  /** Public names of the ring's keys, newest first. They tell nothing about the keys. */
  keyIds(): string[] {
    return [...this.#ring.keys()];
  }

  /** Whether the newest key sealed a record: one that an older key sealed can be opened only for as long as that key is kept. */
  isSealedByNewest(sealed: Uint8Array): boolean {
    return this.#newest.id.equals(sealed.subarray(1, NONCE_START));
  }

  /** Secrets for the signature of the session cookie, newest first, as `express-session` takes them. */
  signingSecrets(): string[] {
    return [...this.#ring.values()].map((key) => key.signingSecret);
  }
}

function ringKey(key: Uint8Array): RingKey {
  if (key.length !== KEY_BYTES) {
    throw new RangeError(
      `A key of the ring has ${key.length} bytes. Every key must be exactly ${KEY_BYTES} random bytes.`,
    );
  }
  const sealing = Object.fromEntries(
    PURPOSES.map((purpose) => [purpose, derive(key, `seal ${purpose}`, KEY_BYTES)]),
  );
  return {
    id: derive(key, 'key id', KEY_ID_BYTES),
    sealing: sealing as Record<SealPurpose, Buffer>,
    signingSecret: derive(key, 'cookie signature', KEY_BYTES).toString('base64url'),
  };
}

/** RFC 5869 section 3.1 allows the empty salt: the ring keys are uniformly random already. */
function derive(key: Uint8Array, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `alpaca-connect/1 ${use}`, bytes));
}

/** Unambiguous: the head has a fixed length, and no purpose holds a NUL. */
function authenticated(head: Buffer, purpose: SealPurpose, context: string): Buffer {
  return Buffer.concat([head, Buffer.from(`${purpose}\0${context}`)]);
}
