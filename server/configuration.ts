import type { Values } from './config.ts';
import { ALPACA, type Provider, streamBeside } from './providers.ts';

/** Everything that can be set, validated. `readConfiguration()` makes it. Holds secrets: never log it. */
export type Configuration = ReturnType<typeof withDefaults>;

/** What follows from other settings when it is not set. */
export function withDefaults(values: Values) {
  const mountPath = '/alpaca';
  const callback = `${values.publicUrl.origin}${mountPath}/callback`;
  const partners = (values.providersFile ?? []).map((entry) => ({
    ...entry,
    redirectUri: `${callback}/${entry.id}`,
  }));
  const providers: readonly Provider[] = [alpaca(values, callback), ...partners];
  return {
    ...values,
    /** Where the router is mounted. Not a variable: it is fixed by the code that mounts it. */
    mountPath,
    appName: values.appName ?? values.publicUrl.host,
    /** Through whom people can connect: Alpaca itself first. */
    providers,
  };
}

/** Alpaca itself, as the settings have it. */
function alpaca(values: Values, redirectUri: string): Provider {
  const { paperUrl, liveUrl, dataUrl, issuer, authorizeUrl } = values;
  return {
    id: ALPACA,
    name: 'Alpaca',
    clientId: values.clientId,
    clientSecret: values.clientSecret,
    clientAuthentication: 'client_secret_post',
    authorizeUrl,
    tokenUrl: values.tokenUrl,
    issuer: issuer ?? authorizeUrl.origin,
    requiresIssuer: false,
    redirectUri,
    pkce: values.pkce,
    refresh: true,
    environments: values.environments,
    environmentParameter: 'env',
    scopes: values.scopes,
    scopeNames: new Map(),
    readScope: undefined,
    live: values.live,
    developerAccounts: values.developerAccounts,
    urls: { paper: paperUrl, live: liveUrl, data: dataUrl },
    streamUrls: {
      paper: values.paperStreamUrl ?? streamBeside(paperUrl),
      live: values.liveStreamUrl ?? streamBeside(liveUrl),
    },
    accountPath: '/v2/account',
  };
}
