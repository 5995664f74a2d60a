import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import { ConnectError } from './connect-error.ts';
import { setup } from './messages/en.ts';

/** One attempt's PKCE pair, RFC 7636 section 4. The verifier stays in this page until the exchange. */
export interface ProofKey {
  codeVerifier: string;
  codeChallenge: string;
}

/**
 * Makes the pair for one attempt. Call it ahead of the click and hand over the promise: nothing asynchronous may stand
 * between the click and the popup. It may fail unseen until somebody awaits it, because an unused pair hurts nobody.
 *
 * @throws ConnectError `config_invalid` where the browser offers no WebCrypto: a page that is not https.
 */
export function prepareProofKey(): Promise<ProofKey> {
  const proofKey = makeProofKey();
  proofKey.catch(() => {});
  return proofKey;
}

async function makeProofKey(): Promise<ProofKey> {
  if (!globalThis.crypto?.subtle) {
    throw new ConnectError('config_invalid', { message: setup.insecureContext });
  }
  // 32 random bytes and S256, as RFC 7636 sections 4.1 and 4.2 recommend.
  const codeVerifier = generateRandomCodeVerifier();
  return { codeVerifier, codeChallenge: await calculatePKCECodeChallenge(codeVerifier) };
}

/** base64url(SHA-256) of the text that a person agreed to, for the server's log; PKCE happens to need the same function. */
export async function disclosureHash(text: string | undefined): Promise<string | undefined> {
  return text ? calculatePKCECodeChallenge(text) : undefined;
}
