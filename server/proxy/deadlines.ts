/** How long the proxy waits, in milliseconds. Every call has the first four, which are for Alpaca. */
export interface Deadlines {
  /** For the TCP and TLS handshake. */
  connect: number;
  /** From the sent request to the end of the response's headers. */
  headers: number;
  /** Between two pieces of the body. An event stream has none: it may be silent for hours. */
  bodyIdle: number;
  /** For the whole call. An event stream is held to it only until it has begun. */
  total: number;
  /** For the body of a request, from its head to its last byte. */
  clientBody: number;
  /** Between two looks at how much a slow client has read of its answer. */
  clientRead: number;
  /** For slow clients, once the server stops. */
  drain: number;
}

/** What holds unless a test or an integrator says otherwise. */
export const DEFAULT_DEADLINES: Deadlines = {
  connect: 3_000,
  headers: 15_000,
  bodyIdle: 30_000,
  total: 60_000,
  clientBody: 10_000,
  clientRead: 4_000,
  drain: 5_000,
};
