// What two documents say to a broker partner and to an app, put together: the Express app of server/broker/README.md with the
// OAuth service, and a server whose PROVIDERS_FILE is that of server/README.md.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type BrokerApi,
  SIMULATOR_BROKER_CLIENT,
  SIMULATOR_END_USER_ACCOUNTS,
  SIMULATOR_PARTNER,
  type Simulator,
  startSimulator,
} from '../../../demo/simulator/index.ts';
import type { AttemptAnswer } from '../../../server/contract.ts';
import { fill, snippet } from '../../documents.ts';
import { Project } from '../../package/installed-package.ts';
import { freePort } from '../../server-process.ts';
import { openStage } from '../../stage.ts';
import { callbackData, Visitor } from '../../visitor.ts';
import { formOf } from './broker-stage.ts';

const [ACCOUNT] = SIMULATOR_END_USER_ACCOUNTS.filter(({ environment }) => environment === 'live');
const APP = 'const app = express();';

/** The partner's own session and sign-in page, which ask for no password. */
const SIGN_IN = `
import session from 'express-session';
import type { BrokerUser } from 'connect-with-alpaca/broker';
declare module 'express-session' { interface SessionData { user: BrokerUser } }
${APP}
app.use(session({ secret: 'x', resave: false, saveUninitialized: false }));
app.post('/sign-in', (request, response) => {
  const account = { id: '${ACCOUNT?.id}', number: '${ACCOUNT?.number}', label: 'Individual', status: 'ACTIVE', tradable: true };
  request.session.user = { id: 'maya', name: 'Maya', accounts: [account] };
  response.redirect(303, String(request.query['to']));
});
`;

const project = new Project({
  packages: ['express', 'express-session', '@types/express', '@types/express-session', '@types/node'],
});
let simulator: Simulator;
let api: BrokerApi;
let broker: ChildProcess;
let acme: string;

beforeAll(async () => {
  simulator = await startSimulator();
  api = await simulator.startBrokerApi();
  const port = await freePort();
  acme = `http://localhost:${port}`;
  project.write('partner-secret', SIMULATOR_PARTNER.clientSecret);
  const code = fill(snippet('server/broker/README.md', 'brokerOAuth(options)'), {
    [APP]: SIGN_IN,
    'https://acme.example/oauth': `${acme}/oauth`,
    'https://broker-api.alpaca.markets': api.url,
    'https://authx.alpaca.markets/v1/oauth2/token': api.tokenUrl,
    'AK…': SIMULATOR_PARTNER.clientId,
    '/run/secrets/alpaca': join(project.folder, 'partner-secret'),
    '/var/lib/acme': project.folder,
  });
  project.write('broker.ts', `${code}\napp.listen(${port}, () => process.stdout.write('ready'));\n`);
  expect(project.compile(['broker.ts'], { module: 'nodenext', types: ['node'] })).toBe('');
  broker = spawn(process.execPath, ['out/broker.js'], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], BROKER_KEY: randomBytes(32).toString('base64') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  broker.stderr?.setEncoding('utf8').on('data', (chunk) => {
    complaints += chunk;
  });
  const died = once(broker, 'exit').then(() => Promise.reject(new Error(complaints)));
  died.catch(() => {});
  await Promise.race([once(broker.stdout as Readable, 'data'), died]);
}, 120_000);

afterAll(async () => {
  const ended = once(broker, 'exit');
  broker.kill('SIGKILL');
  await ended;
  await simulator.close();
  project[Symbol.dispose]();
});

/** What the person's browser does from the app to the app: signs in at the partner and allows. @returns the callback's address */
async function consent(authorizationUrl: string): Promise<string> {
  let cookie = '';
  const browse = async (url: string, body?: URLSearchParams) => {
    const answer = await fetch(new URL(url, acme), {
      method: body ? 'POST' : 'GET',
      headers: { cookie, Origin: acme, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate' },
      redirect: 'manual',
      ...(body && { body }),
    });
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return { page: await answer.text(), location: answer.headers.get('location') ?? '' };
  };
  const { location: signIn } = await browse(authorizationUrl);
  expect(signIn).toMatch(/^\/sign-in\?to=%2Foauth%2Fauthorize/);
  const { location: back } = await browse(signIn, new URLSearchParams());
  const { page } = await browse(back);
  const form = new URLSearchParams({ ...formOf(page), account: '0', decision: 'allow' });
  return (await browse('/oauth/authorize', form)).location;
}

it('an account is connected through the partner of the examples, and its metadata is found', async () => {
  project.write('app-secret', SIMULATOR_BROKER_CLIENT.clientSecret);
  const providers = fill(snippet('server/README.md', '"authorizeUrl"'), {
    'https://acme.example': acme,
    '"…"': `"${SIMULATOR_BROKER_CLIENT.clientId}"`,
    '/run/secrets/acme': join(project.folder, 'app-secret'),
    'https://api.alpaca.markets': simulator.liveUrl,
    'https://data.alpaca.markets': simulator.dataUrl,
  });
  project.write('providers.json', providers);
  await using stage = await openStage({
    environment: { PROVIDERS_FILE: join(project.folder, 'providers.json') },
  });
  const metadata = await fetch(`${acme}/.well-known/oauth-authorization-server/oauth`);
  expect(await metadata.json()).toMatchObject({
    issuer: `${acme}/oauth`,
    token_endpoint: `${acme}/oauth/token`,
  });
  const app = { redirectUris: [`${stage.url}/alpaca/callback/acme`], url: stage.url };
  api.control.changeClient(SIMULATOR_BROKER_CLIENT.clientId, app);

  const visitor = new Visitor(stage);
  const proofKey = Visitor.proofKey();
  const started = await visitor.startAttempt(proofKey, { provider: 'acme', environment: 'live' });
  const { authorizationUrl } = (await started.json()) as AttemptAnswer;
  const { grant } = await callbackData(await visitor.visit(await consent(authorizationUrl)));
  expect((await visitor.exchange(grant, proofKey.codeVerifier)).status).toBe(201);
  const account = await visitor.call('/live/v2/account');
  expect(await account.json()).toMatchObject({ account_number: ACCOUNT?.number });
});
