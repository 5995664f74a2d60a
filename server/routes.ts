import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import type { Configuration } from './config.ts';
import { processVariables, readConfiguration } from './config-reader.ts';
import { connectLimits } from './connect/limits.ts';
import { collectGrant, depositGrant } from './connect/mailbox.ts';
import { startRedirect } from './connect/redirect.ts';
import { exchangeGrant, openLaunchPage, receiveCallback, startAttempt } from './connect.ts';
import { connectionOf, disconnect, listConnections, type ServerConnection } from './connections.ts';
import type { Environment } from './contract.ts';
import type { Hooks } from './hooks.ts';
import { mayBeAnswered } from './http/client-socket.ts';
import { methodNotAllowed, notFound, PublicError, sendError } from './http/errors.ts';
import { createLogger, logRequests, nameRequest, report, requestIdOf } from './http/log.ts';
import { admitScripts, apiHeaders, demandNavigation } from './http/page-request.ts';
import { demandOriginForm } from './http/request-target.ts';
import { serveScript, serveTranslation } from './http/widget-files.ts';
import { createService, type Service, type ServiceOptions } from './service.ts';

/** The routes, in the order in which a request meets them. */
export function connectRouter(service: Service): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const json = express.json({ limit: '16kb', type: 'application/json' });
  const session = service.sessions.middleware();
  const limits = connectLimits(service);

  // The runnable server tries the proxy before Express; a mounted router gets here.
  router.use((request, response, next) => {
    if (!mayBeAnswered(response)) return;
    if (!service.proxy.handle(request, response)) next();
  });
  router.use(nameRequest, logRequests(service.log), judgeMount(service), demandOriginForm);

  // No plain target is asked for here: what Alpaca puts into the query of the callback is for the callback to read, and neither goes further.
  router.get('/launch', demandNavigation, limits.redirects, startRedirect(service), openLaunchPage(service));
  router.get('/callback', receiveCallback(service));

  router.get('/connect.js', serveScript(service.connectScript));
  router.get('/event-parser.js', serveScript(service.eventParserScript));
  router.get('/messages/:file', serveTranslation(service.translations));

  router.use(apiHeaders(service.guard), admitScripts(service.guard));
  router.post('/attempts', limits.attempts, json, startAttempt(service));
  router.post('/mailbox/:attempt', limits.mailbox, json, depositGrant(service));
  router.get('/mailbox/:attempt', limits.mailbox, collectGrant(service));
  router.get('/connections', session, listConnections(service));
  router.post('/connections', limits.exchanges, json, session, exchangeGrant(service));
  router.delete('/connections/:environment', session, disconnect(service));
  for (const environment of ['paper', 'live'] as const) {
    router.get(`/${environment}/stream`, service.tradeUpdates.listen(environment));
  }

  router.all(['/connect.js', '/event-parser.js', '/messages/:file'], onlyTakes('GET'));
  router.all(['/launch', '/callback'], onlyTakes('GET'));
  router.all(['/paper/stream', '/live/stream'], onlyTakes('GET'));
  router.all('/attempts', onlyTakes('POST'));
  router.all(['/mailbox/:attempt', '/connections'], onlyTakes('GET, POST'));
  router.all('/connections/:environment', onlyTakes('DELETE'));
  router.use(nothingHere);
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

export function onlyTakes(methods: string): RequestHandler {
  return () => {
    throw methodNotAllowed(methods);
  };
}

export const nothingHere: RequestHandler = () => {
  throw notFound();
};

/** With `getUser`, `onConnect` and `onDisconnect`: see `Hooks`. */
export interface AlpacaConnectOptions extends Hooks<Request>, Omit<ServiceOptions, 'hooks'> {
  /** Default: `readConfiguration()` of the environment variables and `.env`. */
  configuration?: Configuration;
  /** Default: JSON lines on standard output. */
  log?: Logger;
}

/** An Express router with every route of the contract, and what the app around it may ask of it. */
export type AlpacaConnectRouter = Router & {
  /**
   * The connection of the person behind a request of the app's own, with its token; undefined when there is none. The
   * token must never reach a browser, nor a log. See `connectionOf()` for what it refuses.
   */
  connectionOf(request: Request, environment: Environment): Promise<ServerConnection | undefined>;
  /** Ends streams and whoever else only waits, which an HTTP server that closes would wait for. Others are still answered. */
  drain(): void;
  /** Ends upstream calls and closes the session store. Call it after the HTTP server has closed. */
  close(): Promise<void>;
};

/**
 * The integration for an Express app of your own: `app.use('/alpaca', alpacaConnect())`.
 *
 * Mount it at `/alpaca`, after the app's own session (`getUser` gets the request as that left it) and before any body
 * parser (the proxy streams bodies that a parser would have eaten).
 * @throws ConfigurationError that lists every problem of the configuration.
 */
export function alpacaConnect(options: AlpacaConnectOptions = {}): AlpacaConnectRouter {
  const { configuration, log, getUser, onConnect, onDisconnect, ...more } = options;
  // A mounted router gets no other request than Express', the proxied ones included.
  const hooks = { getUser, onConnect, onDisconnect } as Hooks;
  const service = createService(
    configuration ?? readConfiguration(processVariables()),
    log ?? createLogger(),
    { ...more, hooks },
  );
  return Object.assign(connectRouter(service), {
    connectionOf: (request: Request, environment: Environment) => connectionOf(service, request, environment),
    drain() {
      service.draining.abort();
      service.stopping.abort();
    },
    close: () => service.close(),
  });
}

/** The last resort of every Express route: logs what happened and answers in the one shape (OWASP ASVS 16.5.4). */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const known = publicErrorOf(error);
    const requestId = requestIdOf(response);
    const level = known.status >= 500 ? 'error' : 'warn';
    report(log, level, { event: 'request_refused', code: known.code, requestId, error }, known.message);
    sendError(response, known, requestId);
  };
}

/** Express and its body parser throw errors of their own; each is a client's mistake with a `status`. */
function publicErrorOf(error: unknown): PublicError {
  if (error instanceof PublicError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
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
      {
        cause: error,
      },
    );
  }
  return new PublicError(500, 'internal', 'Something went wrong on the server. Try again in a moment.', {
    cause: error,
  });
}
