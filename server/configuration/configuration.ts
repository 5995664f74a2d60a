import type { Environment } from '../contract.ts';

/** Who may connect a live account. Alpaca's terms: live trading for other people needs Alpaca's approval. */
export type LiveRule = 'off' | 'developer' | 'approved';

/** Everything that can be set, validated. Made by `readConfiguration()` from the variables named beside each field. */
export interface Configuration {
  /** `ALPACA_CLIENT_ID` */
  clientId: string;
  /** `ALPACA_CLIENT_SECRET` */
  clientSecret: string;
  /** `PUBLIC_URL`: the origin under which browsers reach this server. */
  publicUrl: URL;
  /** Where the router is mounted. Not a variable: it is fixed by the code that mounts it. */
  mountPath: string;
  /** `EMBED_ORIGINS`: other origins whose pages may connect. The origin of `publicUrl` always may. */
  embedOrigins: readonly string[];
  /** `RETURN_PAGES`: the pages that redirect mode may return to, each an origin and a path. None: there is no redirect mode. */
  returnPages: readonly string[];
  /** `SESSION_KEYS`: 32 random bytes each, newest first. */
  sessionKeys: readonly Uint8Array[];
  /** `ALPACA_ENVIRONMENTS` */
  environments: readonly Environment[];
  /** `ALPACA_SCOPES`: what a page may ask for, and what it asks for when it names nothing. */
  scopes: readonly string[];
  /** `ALPACA_LIVE` */
  live: LiveRule;
  /** `ALPACA_DEVELOPER_ACCOUNTS`: account numbers, for the live rule `developer`. */
  developerAccounts: readonly string[];
  /** `ALPACA_ALLOW`: operations with an undocumented scope that are opened by name, such as `POST /v1/locates`. */
  allow: readonly string[];
  /** `SESSION_FILE`: path of the SQLite file. Not used with `redisUrl`. */
  sessionFile: string;
  /** `REDIS_URL`: where sessions are kept instead, or null. Holds a password: never log it. */
  redisUrl: URL | null;
  /** `SESSION_IDLE`, in milliseconds. */
  sessionIdle: number;
  /** `SESSION_ABSOLUTE`, in milliseconds. */
  sessionAbsolute: number;
  /** `PORT` */
  port: number;
  /** `TRUST_PROXY`: number of proxy hops, or addresses and subnets; never `true` (RFC 9700 section 4.13). */
  trustProxy: false | number | readonly string[];
  /**
   * `CONNECTS_PER_MINUTE`: how often a person may start to connect, and how often they may finish. The people at one
   * address who have no session yet share one count, so raise it when many of yours sit behind one address.
   */
  connectsPerMinute: number;
  /** `CALLS_PER_MINUTE`: proxied requests of one connection to one API. See `server/proxy/call-rate.ts`. */
  callsPerMinute: number;
  /** `ALPACA_PKCE`: whether Alpaca is sent the PKCE parameters. Our own server checks them in any case. */
  pkce: boolean;
  /** `ALPACA_AUTHORIZE_URL` */
  authorizeUrl: URL;
  /** `ALPACA_TOKEN_URL` */
  tokenUrl: URL;
  /** `ALPACA_PAPER_URL` */
  paperUrl: URL;
  /** `ALPACA_LIVE_URL` */
  liveUrl: URL;
  /** `ALPACA_DATA_URL` */
  dataUrl: URL;
  /** `ALPACA_PAPER_STREAM_URL`: the WebSocket of trade updates. */
  paperStreamUrl: URL;
  /** `ALPACA_LIVE_STREAM_URL` */
  liveStreamUrl: URL;
  /** `APP_NAME`: how the disclosure names the app. */
  appName: string;
  /** `APP_DISCLOSURE`: the integrator's own disclosure text, or null for the widget's. */
  disclosure: string | null;
}

/** The redirect URI to register with Alpaca, byte for byte (RFC 9700 section 4.1). */
export function redirectUri({
  publicUrl,
  mountPath,
}: Pick<Configuration, 'publicUrl' | 'mountPath'>): string {
  return `${publicUrl.origin}${mountPath}/callback`;
}
