import type { ServerOptions } from 'node:http';

/**
 * What one client connection may take of the server, so that a slow or endless client cannot hold it for ever (OWASP ASVS
 * 4.2, 13.1.3; backend.md V5). Times in milliseconds.
 */
export const CONNECTION_LIMITS = {
  /** For the request line and headers. */
  headersTimeout: 15_000,
  /** For a whole request, its body included. */
  requestTimeout: 60_000,
  /** How often the two above are looked at. Node's 30 s would let a client have three times as long. */
  connectionsCheckingInterval: 5_000,
  /** Between two requests. Above the 60 s after which load balancers usually drop a connection: they have to be first. */
  keepAliveTimeout: 65_000,
  /** Bytes of request line and headers; 431 beyond. The cookies of five attempts fit. */
  maxHeaderSize: 16_384,
} satisfies ServerOptions;

/** Headers of one request; 431 beyond. Browsers send some twenty, and proxies add a few. */
export const MOST_HEADERS = 100;

/** Requests over one connection: then the answer says `Connection: close`, and load spreads over the servers anew. */
export const MOST_REQUESTS = 1_000;
