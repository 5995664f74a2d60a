import { MemoryStore, type RateLimitRequestHandler, rateLimit } from 'express-rate-limit';
import { callerOf } from './bearer.ts';

/** Alpaca's published limit of the Trading API, per account. */
const REQUESTS_PER_MINUTE = 200;

export interface RateLimit {
  handler: RateLimitRequestHandler;
  /** Forgets every request counted so far. */
  reset(): void;
  /** Stops the timer of the counter. */
  close(): void;
}

/** Counts requests per account and minute; writes `X-RateLimit-*`, and `Retry-After` with the 429. */
export function createRateLimit(limit: number = REQUESTS_PER_MINUTE): RateLimit {
  const store = new MemoryStore();
  const handler = rateLimit({
    windowMs: 60_000,
    limit,
    store,
    standardHeaders: false,
    legacyHeaders: true,
    keyGenerator: callerOf,
    // The gateway answers this one, so there is no code.
    message: { message: 'too many requests.' },
  });
  return { handler, reset: () => store.resetAll(), close: () => store.shutdown() };
}
