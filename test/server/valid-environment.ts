import { randomBytes } from 'node:crypto';

/** The least that `readConfiguration()` accepts. The key is new in every run. */
export function validEnvironment(): Record<string, string> {
  return {
    ALPACA_CLIENT_ID: '0f8f0a5be6a94be3a4a1f5cbb8e5d7a1',
    ALPACA_CLIENT_SECRET: '5f0c3b9a7d1e2f4c6b8a0d9e7f1c3b5a7d9e0f2c',
    PUBLIC_URL: 'https://app.shop.test',
    SESSION_KEYS: randomBytes(32).toString('base64'),
  };
}
