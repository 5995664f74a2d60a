import { toBase64Url } from './base64url.ts';

/** base64url(SHA-256(text)). Needs a secure context. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return toBase64Url(new Uint8Array(digest));
}
