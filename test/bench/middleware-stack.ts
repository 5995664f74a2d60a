import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import session, { MemoryStore } from 'express-session';
import helmet from 'helmet';
import { createProxyMiddleware } from 'http-proxy-middleware';

/**
 * What one would put together from well-known parts: helmet, express-session, http-proxy-middleware. It is spared what this
 * server does besides: its sessions are in memory and not sealed, it writes no log, and it refuses nobody who has a token.
 */
const { UPSTREAM = '', SESSION_SECRET = '', SESSION_COUNT = '' } = process.env;
const DAY = 86_400_000;
const store = new MemoryStore();
const tokenOf = ({ session }: express.Request) => (session as { token?: string }).token;
for (let index = 0; index < Number(SESSION_COUNT); index += 1) {
  const content = { cookie: { originalMaxAge: DAY }, token: `token-of-session-${index}` };
  store.set(`session-${index}`, content);
}

const server = express()
  .use(helmet())
  .use(session({ store, secret: SESSION_SECRET, resave: false, saveUninitialized: false }))
  .use(
    '/alpaca/paper',
    (request, response, next) => {
      if (tokenOf(request) === undefined) response.sendStatus(401);
      else next();
    },
    createProxyMiddleware<express.Request>({
      target: UPSTREAM,
      changeOrigin: true,
      agent: new Agent({ keepAlive: true, maxSockets: 128 }),
      on: {
        proxyReq(outgoing, request) {
          outgoing.removeHeader('Cookie');
          outgoing.setHeader('Authorization', `Bearer ${tokenOf(request)}`);
        },
      },
    }),
  )
  .listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
