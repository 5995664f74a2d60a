import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Acme, startAcme } from '../../../demo/acme/acme-invest.ts';
import { acmeProviders } from '../../../demo/acme/acme-provider.ts';
import {
  type BrokerControl,
  SIMULATOR_BROKER_CLIENT,
  SIMULATOR_PARTNER,
  type Simulator,
  startSimulator,
} from '../../../demo/simulator/index.ts';
import { createLogger } from '../../../server/http/log.ts';

/** Acme with an Alpaca of its own, on free ports. */
export interface OpenAcme extends AsyncDisposable, Acme {
  simulator: Simulator;
  /** Of the Broker API. */
  control: BrokerControl;
  /** For `PROVIDERS_FILE`. */
  providersFile: string;
  /** Registers the app of this origin, as Alpaca does for a partner. */
  register(app: string): void;
}

export async function openAcme(): Promise<OpenAcme> {
  const folder = mkdtempSync(join(tmpdir(), 'acme-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const simulator = await startSimulator();
  const brokerApi = await simulator.startBrokerApi();
  brokerApi.control.deletesTokens = true;
  const acme = await startAcme({
    port: 0,
    host: '127.0.0.1',
    brokerApi,
    partnerSecretFile: write('partner-secret', SIMULATOR_PARTNER.clientSecret),
    key: randomBytes(32).toString('base64'),
    file: join(folder, 'acme.sqlite'),
    log: createLogger({ write: () => {} }),
  });
  const secretFile = write('app-secret', SIMULATOR_BROKER_CLIENT.clientSecret);
  const providers = acmeProviders({ acmeUrl: acme.url, alpaca: simulator, secretFile });
  return {
    ...acme,
    simulator,
    control: brokerApi.control,
    providersFile: write('providers.json', JSON.stringify(providers)),
    register(app) {
      const redirectUris = [`${app}/alpaca/callback/acme`];
      brokerApi.control.changeClient(SIMULATOR_BROKER_CLIENT.clientId, { redirectUris, url: app });
    },
    async [Symbol.asyncDispose]() {
      await acme.close();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}
