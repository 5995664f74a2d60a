/** How long the proxy waits for Alpaca, in milliseconds (backend.md P10). Every call has all four. */
export interface Deadlines {
  /** For the TCP and TLS handshake. */
  connect: number;
  /** From the sent request to the end of the response's headers. */
  headers: number;
  /** Between two pieces of the body. An event stream has none: it may be silent for hours. */
  bodyIdle: number;
  /** For the whole call. An event stream is held to it only until it has begun. */
  total: number;
}

/** What holds unless a test or an integrator says otherwise. */
export const DEFAULT_DEADLINES: Deadlines = {
  connect: 3_000,
  headers: 15_000,
  bodyIdle: 30_000,
  total: 60_000,
};
