/**
 * 32 random bytes from base64 or hexadecimal text, or undefined when they are something else: a passphrase can be read
 * as base64 too, but does not come out as it went in, and bytes that were typed, repeated or counted up have few
 * different values or few different distances (32 random ones have about 30 of each).
 */
export function sessionKey(text: string): Uint8Array | undefined {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
  if (bytes.length !== 32 || (!isHex && bytes.toString('base64') !== text)) return undefined;
  const distances = new Set(bytes.map((byte, index) => byte - (bytes[index - 1] ?? 0)));
  return new Set(bytes).size >= 20 && distances.size >= 20 ? bytes : undefined;
}
