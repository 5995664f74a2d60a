import { constants, createPublicKey, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { z } from 'zod';

/** How a signature is checked, by the `alg` of the assertion (RFC 7518 section 3.1, RFC 8037). */
const ALGORITHMS: Record<string, { hash: string | null; options: Omit<VerifyKeyObjectInput, 'key'> }> = {
  RS256: { hash: 'sha256', options: {} },
  PS256: {
    hash: 'sha256',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  },
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { hash: null, options: {} },
  Ed25519: { hash: null, options: {} },
};

const Header = z.object({ alg: z.string() });
const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).transform((audience) => [audience].flat()),
  /** Seconds since 1970. */
  exp: z.number(),
  jti: z.string(),
});

/**
 * Checks the JWT of `private_key_jwt` (RFC 7523 section 3).
 *
 * @param publicKey in PEM
 * @param audience one of the names under which the token endpoint is known
 * @returns the id of the assertion, which may be used once; undefined for one that proves nothing
 */
export function assertionId(
  assertion: string,
  { clientId, publicKey, audience }: { clientId: string; publicKey: string; audience: readonly string[] },
): string | undefined {
  try {
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const algorithm = ALGORITHMS[Header.parse(decoded(header)).alg];
    const { iss, sub, aud, exp, jti } = Claims.parse(decoded(payload));
    const isOurs = iss === clientId && sub === clientId && aud.some((name) => audience.includes(name));
    if (algorithm === undefined || !isOurs || exp * 1_000 <= Date.now()) return undefined;
    const key = { key: createPublicKey(publicKey), ...algorithm.options };
    const signed = Buffer.from(`${header}.${payload}`);
    return verify(algorithm.hash, signed, key, Buffer.from(signature, 'base64url')) ? jti : undefined;
  } catch {
    return undefined;
  }
}

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
