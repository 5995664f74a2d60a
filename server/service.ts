import type { Logger } from 'pino';
import type { Configuration } from './configuration.ts';
import { AttemptCookies } from './connect/attempt-cookies.ts';
import { PopupPage } from './connect/popup-page.ts';
import { TokenRefresh, type TokenRefreshTimes } from './connect/token-refresh.ts';
import { AppHooks, AppUsers, type Hooks } from './hooks.ts';
import { addressReader } from './http/client-address.ts';
import { describingErrors, report } from './http/log.ts';
import { createOriginGuard, type OriginGuard } from './http/origin.ts';
import { readWidgetAssets } from './http/widget-files.ts';
import { accountUrl, outdatedFinder, type Provider, providerIdOf } from './providers.ts';
import { type ApiProxy, createProxy } from './proxy/proxy.ts';
import { TokenCheck } from './proxy/token-check.ts';
import { AwayConnections } from './session/away-connections.ts';
import { chooseBackend } from './session/choose-backend.ts';
import { connectionRevoked } from './session/choose-connection.ts';
import { ConnectionSessions } from './session/connection-session.ts';
import { type RecordBackend, RecordStore } from './session/records.ts';
import { Sealer } from './session/sealer.ts';
import type { StoredConnection } from './stored-connection.ts';
import { alpacaSockets } from './trade-updates/alpaca-socket.ts';
import { createTradeUpdates, type TradeUpdates } from './trade-updates/route.ts';

/** Everything the routes need, built once at set-up. */
export interface Service {
  configuration: Configuration;
  log: Logger;
  guard: OriginGuard;
  sealer: Sealer;
  records: RecordStore;
  sessions: ConnectionSessions;
  /** What the app may use while people are away. */
  away: AwayConnections;
  users: AppUsers;
  hooks: AppHooks;
  attemptCookies: AttemptCookies;
  tokenCheck: TokenCheck;
  tokenRefresh: TokenRefresh;
  proxy: ApiProxy;
  tradeUpdates: TradeUpdates;
  connectScript: Buffer;
  eventParserScript: Buffer;
  translations: ReadonlyMap<string, Buffer>;
  pages: { launch: PopupPage; callback: PopupPage; message: PopupPage };
  /** Aborted when the server is asked to stop: it says that it is not ready, and still answers new requests. */
  draining: AbortController;
  /** Aborted when it takes no more requests: those that only wait end, so that the others can finish. */
  stopping: AbortController;
  /** Ends upstream calls and closes the store. Nothing may be served afterwards. */
  close(): Promise<void>;
}

interface ServiceOptions {
  /** Where sealed records are kept. Default: what the configuration names. */
  backend?: RecordBackend;
  hooks?: Hooks;
  /** How long refreshes may take. Default: what suits a token endpoint on the internet. */
  refreshTimes?: TokenRefreshTimes;
}

/**
 * Builds the service from its configuration.
 * @throws Error when the widget is not built or the session file cannot be opened.
 */
export function createService(
  configuration: Configuration,
  baseLog: Logger,
  { backend = chooseBackend(configuration), hooks = {}, refreshTimes = {} }: ServiceOptions = {},
): Service {
  const { publicUrl, mountPath, embedOrigins, providers, allow } = configuration;
  const byId = new Map(providers.map((provider) => [provider.id, provider]));
  const isOutdated = outdatedFinder(providers);
  const environments = [...new Set(providers.flatMap((provider) => provider.environments))];
  const log = describingErrors(baseLog);
  const draining = new AbortController();
  const stopping = new AbortController();
  const assets = readWidgetAssets();
  const sealer = new Sealer(configuration.sessionKeys);
  const records = new RecordStore({ backend, sealer });
  const guard = createOriginGuard({ publicOrigin: publicUrl.origin, embedOrigins });
  const addressOf = addressReader(configuration.trustProxy);
  const users = new AppUsers(hooks.getUser);
  const appHooks = new AppHooks({ hooks, log });
  const away = new AwayConnections({
    records,
    keyIds: sealer.keyIds(),
    days: users.areKnown ? configuration.awayDays : 0,
    most: configuration.connectionsPerSession,
  });
  const sessions = new ConnectionSessions({
    records,
    secrets: sealer.signingSecrets(),
    publicUrl,
    idle: configuration.sessionIdle,
    absolute: configuration.sessionAbsolute,
    most: configuration.connectionsPerSession,
    rulesOf: (provider) => byId.get(provider),
    isOutdated,
    users,
    async onRevoked(connection) {
      const { id, environment, user } = connection;
      report(log, 'warn', { event: 'connection_revoked', environment, connection: id });
      tradeUpdates.end(id, connectionRevoked());
      if (user !== undefined) {
        // Where the store fails, the app's own code finds out when Alpaca refuses the token there, too.
        await away.end(user, (kept) => kept.id === id).catch(() => {});
      }
      await appHooks.ended([connection], 'revoked');
    },
    async onTakeOver({ made, replaced }) {
      for (const { id } of replaced) tradeUpdates.end(id);
      // In this order: an app that keeps one row for a person and environment would delete the new one.
      await appHooks.ended(replaced, 'replaced');
      await appHooks.connected(made);
    },
  });
  const tokenCheck = new TokenCheck({
    accountUrlOf(connection) {
      const provider = byId.get(providerIdOf(connection));
      return provider && accountUrl(provider, connection.environment);
    },
  });
  const tokenRefresh = new TokenRefresh({
    records,
    sessions,
    providerOf: (connection) => byId.get(providerIdOf(connection)),
    idle: configuration.sessionIdle,
    log,
    times: refreshTimes,
  });
  const tradeUpdates = createTradeUpdates({
    sessions,
    tokenCheck,
    renewals: tokenRefresh,
    environments,
    openUpstream: alpacaSockets({ urlOf: (connection) => streamUrl(byId, connection), log }),
    addressOf,
    log,
  });
  const proxy = createProxy({
    mountPath,
    guard,
    sessions,
    tokenCheck,
    renewals: tokenRefresh,
    upstreams: new Map(providers.map(({ id, urls }) => [id, urls])),
    environments,
    addressOf,
    allow,
    log,
    callsPerMinute: configuration.callsPerMinute,
  });
  stopping.signal.addEventListener('abort', () => {
    tradeUpdates.close();
    proxy.drain();
  });
  return {
    configuration,
    log,
    guard,
    sealer,
    records,
    sessions,
    away,
    users,
    hooks: appHooks,
    attemptCookies: new AttemptCookies(sealer, publicUrl),
    tokenCheck,
    tokenRefresh,
    proxy,
    tradeUpdates,
    connectScript: assets.connectScript,
    eventParserScript: assets.eventParserScript,
    translations: assets.translations,
    pages: {
      launch: new PopupPage(assets.launchScript),
      callback: new PopupPage(assets.callbackScript),
      message: new PopupPage(),
    },
    draining,
    stopping,
    async close() {
      stopping.abort();
      await proxy.close();
      await tokenRefresh.settled();
      await records.close();
    },
  };
}

/** @throws Error when the provider is no longer offered, or has no such stream: the connection would not have been used. */
function streamUrl(
  providers: ReadonlyMap<string, Provider>,
  connection: Pick<StoredConnection, 'provider' | 'environment'>,
): URL {
  const url = providers.get(providerIdOf(connection))?.streamUrls[connection.environment];
  if (url === undefined) throw new Error('The provider of this connection has no stream of trade updates.');
  return url;
}
