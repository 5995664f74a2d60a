import type { RequestListener } from 'node:http';
import express, { type RequestHandler } from 'express';
import { connectRouter } from './connect-router.ts';
import { answerErrors, routeNotFound } from './errors/error-handlers.ts';
import { live, ready } from './health.ts';
import { mayBeAnswered } from './http/client-socket.ts';
import { nameRequest } from './log/name-request.ts';
import type { Service } from './service.ts';

export interface AppOptions {
  /** Serves what lies outside the mount path, such as your own pages. */
  pages?: RequestHandler;
}

/** The runnable server: middleware in the order in which a request meets it. */
export function createApp(service: Service, { pages }: AppOptions = {}): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.set('trust proxy', service.configuration.trustProxy);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);

  app.use(nameRequest);
  app.get('/livez', live);
  app.get('/readyz', ready(service));
  app.use(service.configuration.mountPath, connectRouter(service));
  if (pages) app.use(pages);
  app.use(routeNotFound);
  app.use(answerErrors(service.log));

  // The proxy uses nothing of Express and is several times faster without it.
  return (request, response) => {
    if (!mayBeAnswered(response)) return;
    if (!service.proxy.handle(request, response)) app(request, response);
  };
}
