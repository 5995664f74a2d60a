import { toBase64Url } from './base64url.ts';

/** Random bytes as base64url; by default 128 bits, for nonces and window names. Unlike `crypto.randomUUID()` it also works over plain http. */
export function randomToken(bytes = 16): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}
