import { pino } from 'pino';
import { createLogger } from '../server/http/log.ts';
import { startAcme } from './acme/acme-invest.ts';
import { ACME_URL, BROKER_API_URL, DEMO_FOLDER, demoKey, PARTNER_SECRET_FILE } from './demo-environment.ts';
import { stopWithParent } from './stop-with-parent.ts';

/** A child process of the demo: the simulated broker partner. What it granted survives a restart. */
const { hostname, port } = new URL(ACME_URL);

const acme = await startAcme({
  host: hostname,
  port: Number(port),
  brokerApi: { url: BROKER_API_URL, tokenUrl: `${BROKER_API_URL}/v1/oauth2/token` },
  partnerSecretFile: PARTNER_SECRET_FILE,
  key: demoKey('acme-key'),
  file: `${DEMO_FOLDER}/acme.sqlite`,
  log: createLogger(pino.destination({ dest: `${DEMO_FOLDER}/acme.log`, mkdir: true, sync: true })),
});
stopWithParent(() => acme.close());
