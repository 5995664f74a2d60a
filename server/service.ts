import type { Logger } from 'pino';
import type { Configuration } from './configuration/configuration.ts';
import { AttemptCookies } from './flow/attempt-cookies.ts';
import { enforceCurrentRules } from './flow/live-trading-rule.ts';
import { createOriginGuard, type OriginGuard } from './guard/trusted-origin.ts';
import { PopupPage } from './pages/popup-page.ts';
import { readWidgetAssets } from './pages/widget-assets.ts';
import { type ApiProxy, createProxy } from './proxy/proxy.ts';
import { chooseBackend } from './session/choose-backend.ts';
import { ConnectionSessions } from './session/connection-session.ts';
import type { RecordBackend } from './session/record-backend.ts';
import { RecordStore } from './session/record-store.ts';
import { Sealer } from './session/sealer.ts';

/** Everything the routes need, built once at set-up. */
export interface Service {
  configuration: Configuration;
  log: Logger;
  guard: OriginGuard;
  sealer: Sealer;
  records: RecordStore;
  sessions: ConnectionSessions;
  attemptCookies: AttemptCookies;
  proxy: ApiProxy;
  connectScript: Buffer;
  translations: ReadonlyMap<string, Buffer>;
  pages: { launch: PopupPage; callback: PopupPage; message: PopupPage };
  /** Aborted when the server begins to stop: whoever only waits gives up, so that the rest can finish. */
  stopping: AbortController;
  /** Ends upstream calls and closes the store. Nothing may be served afterwards. */
  close(): Promise<void>;
}

/**
 * Builds the service from its configuration. To keep sessions elsewhere, a cloner passes another `backend`.
 * @throws Error when the widget is not built or the session file cannot be opened.
 */
export function createService(
  configuration: Configuration,
  log: Logger,
  backend: RecordBackend = chooseBackend(configuration),
): Service {
  const { publicUrl, mountPath, embedOrigins, environments, allow } = configuration;
  const stopping = new AbortController();
  const assets = readWidgetAssets();
  const sealer = new Sealer(configuration.sessionKeys);
  const records = new RecordStore({ backend, sealer });
  const guard = createOriginGuard({ publicOrigin: publicUrl.origin, embedOrigins });
  const sessions = new ConnectionSessions({
    records,
    secrets: sealer.signingSecrets(),
    publicUrl,
    idle: configuration.sessionIdle,
    absolute: configuration.sessionAbsolute,
  });
  const proxy = createProxy({
    mountPath,
    guard,
    sessions,
    upstreams: { paper: configuration.paperUrl, live: configuration.liveUrl, data: configuration.dataUrl },
    environments,
    allow,
    log,
    assertUsable: (connection, scope) => enforceCurrentRules(configuration, connection, scope),
  });
  return {
    configuration,
    log,
    guard,
    sealer,
    records,
    sessions,
    attemptCookies: new AttemptCookies(sealer, publicUrl),
    proxy,
    connectScript: assets.connectScript,
    translations: assets.translations,
    pages: {
      launch: new PopupPage(assets.launchScript),
      callback: new PopupPage(assets.callbackScript),
      message: new PopupPage(),
    },
    stopping,
    async close() {
      stopping.abort();
      await proxy.close();
      await records.close();
    },
  };
}
