import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { endAway } from './away.ts';
import { connectLimits } from './connect/limits.ts';
import { collectGrant, depositGrant } from './connect/mailbox.ts';
import { startRedirect } from './connect/redirect.ts';
import { exchangeGrant, openLaunchPage, receiveCallback, startAttempt } from './connect.ts';
import { disconnect, listConnections } from './connections.ts';
import { mayBeAnswered } from './http/client-socket.ts';
import { ALPACA_FAILED, isRefusal, notFound, PublicError, publicErrorOf, sendError } from './http/errors.ts';
import { requireHttp1 } from './http/http-version.ts';
import { logRequests, nameRequest, report, requestIdOf } from './http/log.ts';
import { admitScripts, apiHeaders, assertNavigation } from './http/page-request.ts';
import { assertOriginForm } from './http/request-target.ts';
import { assertMount, ignoreConditions, onlyTakes } from './http/router-rules.ts';
import { serveScript, serveTranslation } from './http/widget-files.ts';
import { serveContract } from './openapi/document.ts';
import type { Service } from './service.ts';

/** The routes, in the order in which a request meets them. */
export function connectRouter(service: Service): RequestHandler {
  const router = express.Router({ caseSensitive: true, strict: true });
  const json = express.json({ limit: '16kb', type: 'application/json' });
  const session = service.sessions.middleware();
  const limits = connectLimits(service);

  const { mountPath } = service.configuration;

  // At another path only half of it would work: the proxy and the popup's pages know by the configuration where they are.
  const mounted = assertMount(
    mountPath,
    `Mount this router at ${mountPath}, as in app.use('${mountPath}', …).`,
  );
  router.use(nameRequest, logRequests(service.log), requireHttp1, mounted, assertOriginForm);

  router.get('/connect.js', serveScript(service.connectScript));
  router.get('/event-parser.js', serveScript(service.eventParserScript));
  router.get('/messages/:file', serveTranslation(service.translations));
  router.get('/openapi.json', serveContract(mountPath));

  router.use(ignoreConditions);
  // In front of admitScripts(), which wants a plain target: the callback has to read whatever query Alpaca adds.
  router.get('/launch', assertNavigation, limits.redirects, startRedirect(service), openLaunchPage(service));
  const callback = receiveCallback(service);
  router.get('/callback', callback);
  router.get('/callback/:provider', callback);

  router.use(apiHeaders(service.guard), admitScripts(service.guard));
  router.post('/attempts', limits.attempts, json, startAttempt(service));
  router.post('/mailbox/:attempt', limits.mailbox, json, depositGrant(service));
  router.get('/mailbox/:attempt', limits.mailbox, collectGrant(service));
  router.get('/connections', session, listConnections(service));
  router.post('/connections', limits.exchanges, json, session, exchangeGrant(service));
  router.delete('/connections/:which', session, disconnect(service));
  router.delete('/away/:id', session, endAway(service));
  for (const environment of ['paper', 'live'] as const) {
    router.get(`/${environment}/stream`, service.tradeUpdates.subscribe(environment));
  }

  router.all(['/connect.js', '/event-parser.js', '/messages/:file', '/openapi.json'], onlyTakes('GET'));
  router.all(['/launch', '/callback', '/callback/:provider'], onlyTakes('GET'));
  router.all(['/paper/stream', '/live/stream'], onlyTakes('GET'));
  router.all('/attempts', onlyTakes('POST'));
  router.all(['/mailbox/:attempt', '/connections'], onlyTakes('GET, POST'));
  router.all(['/connections/:which', '/away/:id'], onlyTakes('DELETE'));
  router.use(nothingHere);
  router.use(answerErrors(service.log));

  // The runnable server tries the proxy before Express; a mounted router gets here.
  return (request, response, next) => {
    if (!mayBeAnswered(response)) return;
    if (!service.proxy.handle(request, response)) router(request, response, next);
  };
}

export const nothingHere: RequestHandler = () => {
  throw notFound();
};

/** The last resort of every Express route: logs what happened and answers in the one shape (OWASP ASVS 16.5.4). */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const known = knownErrorOf(error);
    const requestId = requestIdOf(response);
    const level = isRefusal(known) && known.status !== ALPACA_FAILED ? 'warn' : 'error';
    report(log, level, { event: 'request_refused', code: known.code, requestId, error }, known.message);
    sendError(response, known, requestId);
  };
}

/** Express and its body parser throw errors of their own; each is a client's mistake with a `status`. */
function knownErrorOf(error: unknown): PublicError {
  const status =
    error instanceof Error && !(error instanceof PublicError) && 'status' in error && error.status;
  if (status === 413) {
    return new PublicError(413, 'body_too_large', 'The body is too large: at most 16 KiB here.', {
      cause: error,
    });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new PublicError(
      400,
      'bad_request',
      'The request cannot be read. Send a JSON body and a plain path.',
      { cause: error },
    );
  }
  return publicErrorOf(error);
}
