import { json, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { badRequest } from '../api/api-error.ts';
import { COOP_VALUES, type Control } from './control.ts';
import { Fault } from './faults.ts';

const CoopBody = z.strictObject({ value: z.enum(COOP_VALUES) });
const DelayBody = z.strictObject({ milliseconds: z.number().min(0).max(600_000) });
const TokenBody = z.strictObject({
  how: z.enum(['html', 'no_token', 'timeout']),
  times: z.int().positive().optional(),
});
const RevokeBody = z.strictObject({ accountNumber: z.string().optional() });

/**
 * The control surface over HTTP, for tests in another process. Every call is a POST with `X-Simulator-Control: 1` and a
 * JSON body, `{}` at least:
 *
 * | Path | Body | |
 * |---|---|---|
 * | `/control/coop` | `{value}` | COOP header of the pages |
 * | `/control/delay` | `{milliseconds}` | before every answer |
 * | `/control/faults` | `{kind: 'answer', path, method?, times?, status, body?, contentType?}` | a wrong answer |
 * | | `{kind: 'hang' or 'drop', path, method?, times?}` | no answer, or a broken connection |
 * | `/control/token` | `{how: 'html' or 'no_token' or 'timeout', times?}` | a broken token endpoint |
 * | `/control/revoke` | `{accountNumber?}` | → `{revoked}` |
 * | `/control/requests` | `{}` | → `{requests, tokenCalls}` |
 * | `/control/reset` | `{}` | ends all misbehaviour, forgets the requests |
 */
export function controlRoutes(control: Control): Router {
  const router = Router();
  router.use(refuseOtherSites, json());
  on('/coop', CoopBody, ({ value }) => {
    control.coop = value;
  });
  on('/delay', DelayBody, ({ milliseconds }) => {
    control.delay = milliseconds;
  });
  on('/faults', Fault, (fault) => control.addFault(fault));
  on('/token', TokenBody, ({ how, times }) => control.breakToken(how, times));
  on('/revoke', RevokeBody, ({ accountNumber }) => ({ revoked: control.revoke(accountNumber) }));
  on('/requests', z.strictObject({}), () => ({ requests: control.requests, tokenCalls: control.tokenCalls }));
  on('/reset', z.strictObject({}), () => control.reset());
  return router;

  function on<Body>(path: string, schema: z.ZodType<Body>, act: (body: Body) => unknown): void {
    router.post(path, (request, response) => {
      const body = schema.safeParse(request.body);
      if (!body.success) throw badRequest(z.prettifyError(body.error));
      response.json(act(body.data) ?? {});
    });
  }
}

/** Both the header and the content type make a browser ask first with a preflight, which nothing here answers. */
const refuseOtherSites: RequestHandler = (request, _response, next) => {
  if (request.get('X-Simulator-Control') !== '1' || !request.is('application/json'))
    throw badRequest('control calls need X-Simulator-Control: 1 and Content-Type: application/json');
  next();
};
