import express, { type RequestHandler, type Router } from 'express';
import { answerErrors, methodNotAllowed, routeNotFound } from './errors/error-handlers.ts';
import { PublicError } from './errors/public-error.ts';
import { collectGrant } from './flow/collect-grant.ts';
import { depositGrant } from './flow/deposit-grant.ts';
import { disconnect } from './flow/disconnect.ts';
import { exchangeGrant } from './flow/exchange-grant.ts';
import { listConnections } from './flow/list-connections.ts';
import { openLaunchPage } from './flow/open-launch-page.ts';
import { receiveCallback } from './flow/receive-callback.ts';
import { startAttempt } from './flow/start-attempt.ts';
import { startRedirect } from './flow/start-redirect.ts';
import { apiHeaders } from './guard/api-headers.ts';
import { connectLimits } from './guard/connect-limits.ts';
import { demandNavigation } from './guard/demand-navigation.ts';
import { demandOriginForm } from './guard/demand-origin-form.ts';
import { judgeRequestTarget } from './guard/request-target.ts';
import { mayBeAnswered } from './http/client-socket.ts';
import { logRequests } from './log/log-requests.ts';
import { nameRequest } from './log/name-request.ts';
import { serveScript } from './pages/serve-script.ts';
import { serveTranslation } from './pages/serve-translation.ts';
import type { Service } from './service.ts';

/** The routes of the HTTP contract (design), in the order in which a request meets them. */
export function connectRouter(service: Service): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const json = express.json({ limit: '16kb', type: 'application/json' });
  const session = service.sessions.middleware();
  const limits = connectLimits(service);

  // The runnable server tries the proxy before Express; a mounted router gets here.
  router.use((request, response, next) => {
    if (!mayBeAnswered(response)) return;
    if (!service.proxy.handle(request, response) && !service.tradeUpdates.handle(request, response)) next();
  });
  router.use(nameRequest, logRequests(service.log), judgeMount(service), demandOriginForm);

  // Not judged: what Alpaca puts into the query of the callback is for the callback to read, and neither goes further.
  router.get('/launch', demandNavigation, limits.redirects, startRedirect(service), openLaunchPage(service));
  router.get('/callback', receiveCallback(service));
  router.use(judgeTarget);

  router.get('/connect.js', serveScript(service.connectScript));
  router.get('/event-parser.js', serveScript(service.eventParserScript));
  router.get('/messages/:file', serveTranslation(service.translations));

  router.use(apiHeaders(service.guard), guardRequest(service));
  router.post('/attempts', limits.attempts, json, startAttempt(service));
  router.post('/mailbox/:attempt', limits.mailbox, json, depositGrant(service));
  router.get('/mailbox/:attempt', limits.mailbox, collectGrant(service));
  router.get('/connections', session, listConnections(service));
  router.post('/connections', limits.exchanges, json, session, exchangeGrant(service));
  router.delete('/connections/:environment', session, disconnect(service));

  router.all(['/connect.js', '/event-parser.js', '/messages/:file'], methodNotAllowed('GET'));
  router.all(['/launch', '/callback'], methodNotAllowed('GET'));
  router.all('/attempts', methodNotAllowed('POST'));
  router.all(['/mailbox/:attempt', '/connections'], methodNotAllowed('GET, POST'));
  router.all('/connections/:environment', methodNotAllowed('DELETE'));
  router.use(routeNotFound);
  router.use(answerErrors(service.log));
  return router;
}

/** At another path half of it would work: the proxy and the popup's pages know where they are by the configuration. */
function judgeMount({ configuration: { mountPath } }: Service): RequestHandler {
  return (request, _response, next) => {
    if (request.baseUrl === mountPath) return next();
    throw new PublicError(
      500,
      'config_invalid',
      `Mount this router at ${mountPath}, as in app.use('${mountPath}', …).`,
    );
  };
}

const judgeTarget: RequestHandler = (request, _response, next) => {
  judgeRequestTarget(request.originalUrl);
  next();
};

function guardRequest({ guard }: Service): RequestHandler {
  return (request, response, next) => {
    if (guard.preflight(request, response)) return;
    guard.check(request);
    next();
  };
}
