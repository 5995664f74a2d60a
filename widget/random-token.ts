import { toBase64Url } from './base64url.ts';

/** 128 random bits as base64url. For nonces and window names. Unlike `crypto.randomUUID()` it also works over plain http. */
export function randomToken(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}
