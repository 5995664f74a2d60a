import { PublicError } from '../errors/public-error.ts';

export interface ErrorDescription {
  name: string;
  code?: string;
  status?: number;
  message?: string;
  frames?: string[];
  cause?: ErrorDescription;
}

const SAFE_CODE = /^[\w.-]{1,60}$/;
const MOST_FRAMES = 8;
const DEEPEST_CAUSE = 3;

/**
 * What the log may know of an error. Messages are logged only where this project wrote them: a library's message, or
 * Alpaca's, can quote the code, the token or the body that caused it (RFC 9700 section 4.2; OWASP ASVS 16.2.5).
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, status, error: oauthError } = error as { code?: unknown; status?: unknown; error?: unknown };
  const named = typeof oauthError === 'string' ? oauthError : code;
  const frames = framesOf(error);
  return {
    name: error.name,
    ...(typeof named === 'string' && SAFE_CODE.test(named) ? { code: named } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(error instanceof PublicError ? { message: error.message } : {}),
    ...(frames && !(error instanceof PublicError) ? { frames: frames.map((frame) => frame.trim()) } : {}),
    ...(error.cause !== undefined && depth < DEEPEST_CAUSE
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

/** Where it was thrown. The stack begins with the message, whose own lines may look like frames. */
function framesOf({ stack = '', message }: Error): string[] | undefined {
  const start = stack.indexOf(message);
  if (start === -1) return undefined;
  return stack
    .slice(start + message.length)
    .match(/^ {4}at .*$/gm)
    ?.slice(0, MOST_FRAMES);
}
