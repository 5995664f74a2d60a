import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router, urlencoded } from 'express';
import { unauthorized } from '../api/api-error.ts';
import { digestOf } from '../oauth/client.ts';
import { ExpiringMap } from '../oauth/expiring-map.ts';
import { assertionId } from './client-assertion.ts';

/** What a broker partner authenticates itself with at the Broker API. */
export interface Partner {
  /** For HTTP Basic, which Alpaca calls legacy. */
  apiKey: string;
  apiSecret: string;
  /** For client credentials. */
  clientId: string;
  clientSecret: string;
  /** In PEM, for `private_key_jwt`. Without one it is not offered. */
  publicKey?: string | undefined;
}

/** The partner when no other is given. It opens nothing but the simulator, so nothing of it is a secret. */
export const SIMULATOR_PARTNER: Partner = {
  apiKey: 'CKSIMULATEDPARTNER00',
  apiSecret: 'simulated-partner-secret-opens-nothing-00',
  clientId: 'AKSIMULATEDPARTNER0001',
  clientSecret: 'simulated-partner-client-secret-nothing-0',
};

/** How long an access token of the partner lasts, in seconds. */
const LIFETIME = 899;
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Issues access tokens to the partner and knows whose a request to the Broker API is. */
export class PartnerCredentials {
  readonly #partner: Partner;
  readonly #tokenUrl: () => string;
  /** The tokens in force. */
  #tokens = new ExpiringMap<true>(LIFETIME * 1_000);
  /** Ids of assertions. */
  readonly #used = new Set<string>();

  /** @param tokenUrl where `route` is, which assertions have to name */
  constructor(partner: Partner, tokenUrl: () => string) {
    this.#partner = partner;
    this.#tokenUrl = tokenUrl;
  }

  /** Ends every token, as if it had expired. */
  expire(): void {
    this.#tokens = new ExpiringMap(LIFETIME * 1_000);
  }

  /** `POST /v1/oauth2/token`: the grant of client credentials, with the secret in the body or an assertion, never with Basic. */
  route(): Router {
    const router = Router();
    router.post('/v1/oauth2/token', urlencoded({ extended: false }), (request, response) => {
      const form: Record<string, unknown> = request.body ?? {};
      response.set('Cache-Control', 'no-store');
      if (form['grant_type'] !== 'client_credentials')
        return void response.status(400).json({ error: 'unsupported_grant_type' });
      if (!this.#isPartner(form)) return void response.status(401).json({ error: 'invalid_client' });
      const token = randomUUID();
      this.#tokens.set(token, true);
      response.json({ access_token: token, expires_in: LIFETIME, token_type: 'Bearer' });
    });
    return router;
  }

  /** Refuses whoever is not the partner, by Basic or by a token of `route`. */
  readonly require: RequestHandler = (request, _response, next) => {
    const [, scheme = '', value = ''] = /^(\w+) (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const known =
      scheme.toLowerCase() === 'basic' ? this.#hasKey(value) : this.#tokens.get(value) !== undefined;
    if (!known) throw unauthorized();
    next();
  };

  #hasKey(value: string): boolean {
    const { apiKey, apiSecret } = this.#partner;
    return isSame(Buffer.from(value, 'base64').toString(), `${apiKey}:${apiSecret}`);
  }

  #isPartner(form: Record<string, unknown>): boolean {
    const { clientId, clientSecret, publicKey } = this.#partner;
    const secret = form['client_secret'];
    if (secret !== undefined) return form['client_id'] === clientId && isSame(String(secret), clientSecret);
    if (form['client_assertion_type'] !== JWT_BEARER || publicKey === undefined) return false;
    const audience = [this.#tokenUrl(), new URL(this.#tokenUrl()).origin];
    const id = assertionId(String(form['client_assertion']), { clientId, publicKey, audience });
    if (id === undefined || this.#used.has(id)) return false;
    this.#used.add(id);
    return true;
  }
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}
