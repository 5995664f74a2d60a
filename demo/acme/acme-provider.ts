import { SIMULATOR_BROKER_CLIENT } from '../simulator/index.ts';

interface AcmeAddresses {
  /** Acme's origin. */
  acmeUrl: string;
  /** The hosts that Acme's tokens are for. */
  alpaca: { liveUrl: string; liveStreamUrl: string; dataUrl: string };
  /** Holds the secret of the demo's app at Acme. */
  secretFile: string;
}

/** What `PROVIDERS_FILE` says so that people can connect through Acme. */
export function acmeProviders({ acmeUrl, alpaca, secretFile }: AcmeAddresses): object {
  const acme = {
    name: 'Acme Invest',
    authorizeUrl: `${acmeUrl}/oauth/authorize`,
    tokenUrl: `${acmeUrl}/oauth/token`,
    revokeUrl: `${acmeUrl}/oauth/revoke`,
    issuer: `${acmeUrl}/oauth`,
    clientId: SIMULATOR_BROKER_CLIENT.clientId,
    clientSecretFile: secretFile,
    // Its customers' accounts are real ones, as far as anything is real here.
    environments: ['live'],
    live: 'approved',
    liveUrl: alpaca.liveUrl,
    liveStreamUrl: alpaca.liveStreamUrl,
    dataUrl: alpaca.dataUrl,
    // The Broker API has one word for all of it, and wants it for reading, too.
    scopes: { trading: 'general', data: 'general' },
    readScope: 'general',
  };
  return { acme };
}
