import type { Request } from 'express';
import { Parameters } from './authorization-request.ts';

/** Whether the body of a request is a form (RFC 6749 appendix B). */
export function isForm(request: Request): boolean {
  return request.is('application/x-www-form-urlencoded') !== false;
}

/** The fields of a form, also where the app around the service has parsed the body already. */
export function formOf(request: Request): Parameters {
  const body: unknown = request.body;
  if (typeof body === 'string') return new Parameters(body);
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const pairs = fields.flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, String(each)]),
  );
  return new Parameters(new URLSearchParams(pairs).toString());
}
