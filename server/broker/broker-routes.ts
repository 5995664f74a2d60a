import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { clientAddress } from '../http/client-address.ts';
import { mayBeAnswered } from '../http/client-socket.ts';
import { notFound, PublicError } from '../http/errors.ts';
import { requireHttp1 } from '../http/http-version.ts';
import { limitRequests } from '../http/limit-requests.ts';
import { logRequests, nameRequest, report, requestIdOf } from '../http/log.ts';
import { assertNavigation } from '../http/page-request.ts';
import { assertOriginForm } from '../http/request-target.ts';
import { assertMount, ignoreConditions, onlyTakes } from '../http/router-rules.ts';
import { languageOf, Parameters } from './authorization-request.ts';
import { decideAuthorization, startAuthorization } from './authorize.ts';
import { BrokerApiError } from './broker-api.ts';
import type { BrokerService } from './broker-service.ts';
import { formOf } from './form.ts';
import { listGrants, revokeGrant } from './grants-page.ts';
import { answerOAuthErrors } from './oauth-error.ts';
import { basePath } from './options.ts';
import { PageRefusal } from './page.ts';
import { revokeToken } from './revoke.ts';
import { TICKET } from './tickets.ts';
import { issueToken } from './token.ts';

/** Pages of one address, in a minute. */
const PAGES_PER_MINUTE = 30;
/** Forms of apps' servers from one address, right or wrong, in a minute. An app may serve many people from one. */
const FORMS_PER_MINUTE = 600;

/** The routes, in the order in which a request meets them. */
export function brokerRouter(service: BrokerService): RequestHandler {
  const router = express.Router({ caseSensitive: true, strict: true });
  const form = express.text({ limit: '16kb', type: 'application/x-www-form-urlencoded' });
  const limit = (what: string, perMinute: number) => limitRequests({ what, perMinute, keyOf: clientAddress });
  const pages = () => limit('pages', PAGES_PER_MINUTE);

  const path = basePath(service.settings.issuer);
  // At another path, the metadata, the forms and the links would lead elsewhere.
  const mounted = assertMount(path, `Mount brokerOAuth() at ${path || '/'}, the path of its issuer.`);

  router.use(
    nameRequest,
    logRequests(service.log),
    requireHttp1,
    mounted,
    assertOriginForm,
    ignoreConditions,
  );
  router.use(['/token', '/revoke'], limit('requests', FORMS_PER_MINUTE), form);
  router.post('/token', issueToken(service));
  router.post('/revoke', revokeToken(service));
  router.all(['/token', '/revoke'], onlyTakes('POST'));
  router.use(['/token', '/revoke'], answerOAuthErrors(service.log));

  router.get('/authorize', pages(), assertNavigation, startAuthorization(service));
  router.post('/authorize', pages(), form, decideAuthorization(service));
  router.get('/grants', pages(), assertNavigation, listGrants(service));
  router.post('/grants/:id/revoke', pages(), form, revokeGrant(service));
  router.all('/authorize', onlyTakes('GET, POST'));
  router.all('/grants', onlyTakes('GET'));
  router.all('/grants/:id/revoke', onlyTakes('POST'));
  router.use(() => {
    throw notFound();
  });
  router.use(showErrors(service));

  return (request, response, next) => {
    if (mayBeAnswered(response)) router(request, response, next);
  };
}

/** The last resort of the pages: a person reads the answer. */
function showErrors({ pages, settings, log }: BrokerService): ErrorRequestHandler {
  const path = basePath(settings.issuer);
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = refusalOf(error);
    const { status, reason } = refusal;
    const line = {
      event: 'broker_request_refused',
      code: reason,
      requestId: requestIdOf(response),
      error,
    } as const;
    report(log, status < 500 ? 'warn' : 'error', line);
    if (error instanceof PublicError) response.set(error.headers);
    const { search } = new URL(request.originalUrl, settings.issuer);
    const ticket = formOf(request).get('ticket') ?? '';
    const retry = TICKET.test(ticket) ? `${path}/authorize?ticket=${ticket}` : undefined;
    const again =
      refusal.again ?? (status < 500 ? undefined : request.method === 'GET' ? request.originalUrl : retry);
    pages.refuse(response, {
      language: languageOf(new Parameters(search), request.get('Accept-Language')),
      status,
      reason,
      ...(again === undefined ? {} : { again }),
    });
  };
}

function refusalOf(error: unknown): PageRefusal {
  if (error instanceof PageRefusal) return error;
  if (error instanceof BrokerApiError) return new PageRefusal(503, 'unavailable');
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 404 || status === 405) return new PageRefusal(status, 'notFound');
  if (status === 429) return new PageRefusal(429, 'tooMany');
  if (typeof status === 'number' && status >= 400 && status < 500) return new PageRefusal(400, 'badRequest');
  return new PageRefusal(503, 'unavailable');
}
