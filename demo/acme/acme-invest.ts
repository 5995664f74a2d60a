import { createServer } from 'node:http';
import express, { type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { type BrokerOAuthOptions, brokerMetadata, brokerOAuth } from '../../server/broker/index.ts';
import { SIMULATOR_PARTNER } from '../simulator/index.ts';
import { listen, stop } from '../simulator/listen.ts';
import { html } from '../simulator/oauth/html.ts';
import { sendAcmePage } from './acme-page.ts';
import { END_USERS } from './end-users.ts';
import { SignIn } from './sign-in.ts';

interface AcmeOptions {
  /** 0 takes a free one. */
  port: number;
  /** Another name than the demo's server has, so that Acme is another site for browsers, with cookies of its own. */
  host: string;
  /** The Broker API: itself, and where the partner gets its access tokens. */
  brokerApi: { url: string; tokenUrl: string };
  /** Holds the partner's client secret. */
  partnerSecretFile: string;
  /** 32 random bytes in base64. */
  key: string;
  /** The SQLite file of tickets, codes and grants. */
  file: string;
  log: Logger;
}

export interface Acme {
  /** Origin. The OAuth service is below `/oauth`. */
  url: string;
  close(): Promise<void>;
}

/** A broker partner of Alpaca: a site with a sign-in of its own, which mounts the project's OAuth service for its end users. */
export async function startAcme(options: AcmeOptions): Promise<Acme> {
  const { port, host, brokerApi, partnerSecretFile, key, file, log } = options;
  const server = createServer();
  const url = await listen(server, port, host);
  const signIn = new SignIn(url);
  const oauth: BrokerOAuthOptions = {
    broker: { name: 'Acme Invest', supportUrl: 'https://acme.example/support' },
    api: {
      url: brokerApi.url,
      authentication: {
        type: 'client_credentials',
        tokenUrl: brokerApi.tokenUrl,
        clientId: SIMULATOR_PARTNER.clientId,
        clientSecretFile: partnerSecretFile,
      },
    },
    issuer: `${url}/oauth`,
    getUser: (request) => signIn.userOf(request),
    signIn: (_request, response, { returnTo }) => {
      response.writeHead(303, { Location: SignIn.addressFor(returnTo), 'Cache-Control': 'no-store' }).end();
    },
    // The simulated Broker API deletes tokens. Of the real one it is not known.
    revokeBy: 'access_token',
    store: { keys: [key], file },
    log,
  };
  const service = brokerOAuth(oauth);

  const app = express();
  app.disable('x-powered-by');
  app.use(brokerMetadata(oauth));
  app.use('/oauth', service);
  app.use(signIn.routes());
  app.get('/', home(signIn));
  server.on('request', app);
  return {
    url,
    async close() {
      await stop(server);
      await service.close();
    },
  };
}

function home(signIn: SignIn): RequestHandler {
  return function showHome(request, response) {
    const user = END_USERS.find(({ id }) => id === signIn.userOf(request)?.id);
    const page = user
      ? html`<h1>${user.fullName}</h1>
<ul>${user.accounts.map(({ label, number, status }) => html`<li>${label} ${number} <small>${status}</small></li>`)}</ul>
<p><a href="/oauth/grants">Apps that may use your accounts</a></p>
<form method="post" action="/sign-out"><button>Sign out</button></form>`
      : html`<h1>Invest with Acme</h1>
<p>A broker that exists in this demo only. Its customers connect their accounts to apps through Acme’s own pages.</p>
<p><a href="${SignIn.addressFor('/')}">Sign in</a></p>`;
    sendAcmePage(response, 200, user?.fullName ?? 'Welcome', page);
  };
}
