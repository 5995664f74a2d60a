import type { Request } from 'express';
import type { z } from 'zod';
import { PublicError } from '../errors/public-error.ts';

/**
 * The JSON body of a request, checked against its schema.
 * @throws PublicError 400 `bad_request` that names the fields, never their values.
 */
export function parseBody<T>(schema: z.ZodType<T>, request: Request): T {
  const result = schema.safeParse(request.body);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.map((issue) => issue.path.join('.') || 'body'))].join(', ');
  throw new PublicError(
    400,
    'bad_request',
    `The request needs a JSON body (Content-Type: application/json) of the documented shape. Wrong here: ${fields}.`,
  );
}
