import { PublicError } from '../errors/public-error.ts';

/** Names the origin, so that a site owner finds the one line to change. Anything that is no origin is not repeated. */
export function originNotAllowed(origin = ''): PublicError {
  const shown = /^https?:\/\/[\w.:[\]-]{1,200}$/.test(origin) ? origin : 'This page';
  return new PublicError(
    403,
    'origin_not_allowed',
    `${shown} may not connect through this server. The site's owner has to add its exact origin to EMBED_ORIGINS.`,
  );
}
