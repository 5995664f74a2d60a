import type { KeyObject, webcrypto } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { isLoopback } from '../config-formats.ts';
import { boundedFetch } from '../http/bounded-fetch.ts';
import { bearer } from '../proxy/upstream-request.ts';
import type { BrokerSettings } from './options.ts';

type Authentication = BrokerSettings['api']['authentication'];

/** Of a token's life, after which it is renewed. */
const RENEWED_AT = 0.8;
/** Alpaca's tokens live for 899 s. For an answer that does not say it. */
const USUAL_LIFE = 899;
/** How old a token has to be for a 401 to mean that it has ended, in milliseconds. */
const NOT_NEW = 60_000;

interface PartnerToken {
  authorization: string;
  issuedAt: number;
  renewAt: number;
}

/**
 * What authenticates the broker at Alpaca's Broker API: HTTP Basic, or a token of the client credentials grant (RFC 6749 section
 * 4.4), which is asked for once however many requests want it.
 */
export class PartnerCredentials {
  readonly #elapsed: () => number;
  readonly #request: () => Promise<{ authorization: string; lifetime: number }>;
  #renewing: Promise<PartnerToken> | undefined;
  #known: PartnerToken | undefined;

  /** @param elapsed A clock that nobody can set, in milliseconds from any moment. */
  constructor(authentication: Authentication, elapsed = () => performance.now()) {
    this.#elapsed = elapsed;
    this.#request = requesterOf(authentication);
  }

  /** The value of the `Authorization` header. @throws Error when there is no token to be had. */
  async authorization(): Promise<string> {
    if (this.#known !== undefined && this.#elapsed() < this.#known.renewAt) return this.#known.authorization;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return (await this.#renewing).authorization;
  }

  /**
   * Whether what was refused with this header may be accepted with a new one: the token may have ended before its time. One that
   * is new is not asked for again, or every wrong secret of an app would cost two tokens.
   */
  mayRenew(refused: string): boolean {
    if (this.#known?.authorization !== refused) return true;
    const { issuedAt, renewAt } = this.#known;
    if (this.#elapsed() - issuedAt < NOT_NEW || renewAt === Number.POSITIVE_INFINITY) return false;
    this.#known = undefined;
    return true;
  }

  async #renew(): Promise<PartnerToken> {
    const { authorization, lifetime } = await this.#request();
    const issuedAt = this.#elapsed();
    this.#known = { authorization, issuedAt, renewAt: issuedAt + lifetime * 1_000 * RENEWED_AT };
    return this.#known;
  }
}

function requesterOf(authentication: Authentication) {
  if (authentication.type === 'basic') {
    const { apiKey, apiSecretFile: apiSecret } = authentication;
    const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`;
    return async () => ({ authorization, lifetime: Number.POSITIVE_INFINITY });
  }
  const { tokenUrl, clientId } = authentication;
  const server = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const proof =
    'clientSecretFile' in authentication
      ? async () => oauth.ClientSecretPost(authentication.clientSecretFile)
      : signer(authentication);
  return async () => {
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      { client_id: clientId },
      await proof(),
      {},
      {
        [oauth.allowInsecureRequests]: isLoopback(tokenUrl),
        [oauth.customFetch]: (url, { method, headers, body }) => boundedFetch(url, { method, headers, body }),
      },
    );
    const answer = await oauth.processClientCredentialsResponse(server, { client_id: clientId }, response);
    return { authorization: bearer(answer.access_token), lifetime: answer.expires_in ?? USUAL_LIFE };
  };
}

/** `private_key_jwt` (RFC 7523). */
function signer(authentication: Extract<Authentication, { privateKeyFile: unknown }>) {
  const { privateKeyFile, keyId, audience, tokenUrl } = authentication;
  const key = importKey(privateKeyFile);
  return async () =>
    oauth.PrivateKeyJwt(keyId === undefined ? await key : { key: await key, kid: keyId }, {
      [oauth.modifyAssertion]: (_header, payload) => {
        payload['aud'] = audience ?? tokenUrl.href;
      },
    });
}

const ALGORITHMS: Record<
  string,
  webcrypto.AlgorithmIdentifier | webcrypto.RsaHashedImportParams | webcrypto.EcKeyImportParams
> = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
};

function importKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const imported = crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(key.export({ type: 'pkcs8', format: 'der' })),
    ALGORITHMS[key.asymmetricKeyType ?? ''] ?? 'Ed25519',
    false,
    ['sign'],
  );
  // Whoever asks for a token gets the failure.
  imported.catch(() => {});
  return imported;
}
