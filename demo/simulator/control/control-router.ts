import { json, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { badRequest } from '../api/api-error.ts';

/** Has a control call do something: the body as it was checked, and what the answer says. */
type On = <Body>(path: string, schema: z.ZodType<Body>, act: (body: Body) => unknown) => void;

/** A control surface over HTTP. Every call is a POST with `X-Simulator-Control: 1` and a JSON body, `{}` at least. */
export function controlRouter(): { router: Router; on: On } {
  const router = Router();
  router.use(refuseOtherSites, json());
  const on: On = (path, schema, act) => {
    router.post(path, (request, response) => {
      const body = schema.safeParse(request.body);
      if (!body.success) throw badRequest(z.prettifyError(body.error));
      response.json(act(body.data) ?? {});
    });
  };
  return { router, on };
}

/** Both the header and the content type make a browser ask first with a preflight, which nothing here answers. */
const refuseOtherSites: RequestHandler = (request, _response, next) => {
  if (request.get('X-Simulator-Control') !== '1' || !request.is('application/json'))
    throw badRequest('control calls need X-Simulator-Control: 1 and Content-Type: application/json');
  next();
};
