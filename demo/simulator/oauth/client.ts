import { createHash, timingSafeEqual } from 'node:crypto';

/** An application that is registered with the simulated Alpaca. */
export interface Client {
  clientId: string;
  clientSecret: string;
  /** What the consent page calls it. */
  name: string;
  /** Compared byte by byte. */
  redirectUris: readonly string[];
  /**
   * How long its access tokens live, in milliseconds: each then comes with a refresh token that is taken once. Alpaca's own live for
   * ever, as those do without this; a broker partner's may not.
   */
  tokenLifetime?: number;
}

/** The client that is registered when no other is given. It opens nothing but the simulator, so it is no secret. */
export const SIMULATOR_CLIENT: Client = {
  clientId: '5150a7ed0c11e27d0e5500000000d350',
  clientSecret: 'simulated-client-secret-opens-nothing-00',
  name: 'Demo Desk',
  redirectUris: ['http://localhost:3000/alpaca/callback'],
};

/** Compares digests, so that the time taken says nothing about the secret. */
export function hasSecret(client: Client, secret: string): boolean {
  return timingSafeEqual(digestOf(client.clientSecret), digestOf(secret));
}

/** SHA-256, which has the same length for every text. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
