import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { onceGone } from './client-socket.ts';
import { PublicError } from './errors.ts';

/** Everything that this server reports, by name. server/README.md says what each means. */
type EventName =
  | 'listening'
  | 'not_ready'
  | 'request'
  | 'request_refused'
  | 'attempt_started'
  | 'attempt_refused'
  | 'launch_refused'
  | 'callback_refused'
  | 'grant_sealed'
  | 'connected'
  | 'disconnected'
  | 'away_allowed'
  | 'away_ended'
  | 'connection_revoked'
  | 'revocation_not_marked'
  | 'token_not_revoked'
  | 'token_not_refreshed'
  | 'session_not_touched'
  | 'call_not_counted'
  | 'stream_opened'
  | 'stream_lost'
  | 'stream_session_unknown'
  | 'token_in_stream'
  | 'hook_failed'
  | 'broker_request_refused'
  | 'broker_consent_shown'
  | 'broker_code_issued'
  | 'broker_consent_denied'
  | 'broker_token_issued'
  | 'broker_token_refused'
  | 'broker_replay'
  | 'broker_grant_ended';

/** Named fields only: never a request, a response, a header, a body or a URL. */
export interface Report {
  event: EventName;
  /** Described by an allow-list before it goes anywhere. */
  error?: unknown;
  [field: string]: unknown;
}

/**
 * Subscribe with `diagnostics_channel.subscribe('alpaca-connect', (report) => …)` to count what happens, without parsing
 * the log and whatever its level. A report is `{level, event, …}`, the same fields as the line in the log.
 */
const reports = channel('alpaca-connect');

/** The one writer of the log: a line for people, and a message for code that keeps metrics. */
export function report(log: Logger, level: 'info' | 'warn' | 'error', line: Report, sentence?: string): void {
  log[level](line, sentence);
  if (!reports.hasSubscribers) return;
  reports.publish({ level, ...line, ...('error' in line ? { error: describeError(line.error) } : {}) });
}

/** Lines wait until there are so many bytes, or so many milliseconds: a write for each would be felt. */
const BUFFERED = { minLength: 4_096, periodicFlush: 100 };

/**
 * The server's log: JSON lines on standard output, at most 100 ms late, and written out when the process exits. Callers pass named fields only, never a request, a response or a
 * record, and errors are described by an allow-list: no message of somebody else's error, no header, no body.
 */
export function createLogger(destination?: DestinationStream): Logger {
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
  };
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false, ...BUFFERED }));
}

/** The app's own logger, with our allow-list for errors: otherwise a log line would hold whatever an error carries. */
export function describingErrors(log: Logger): Logger {
  return log.child({}, { serializers: { error: describeError } });
}

interface ErrorDescription {
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

/** Where the error was thrown. A stack begins with the message, whose lines may look like frames, so these are skipped. */
function framesOf({ stack = '', message }: Error): string[] | undefined {
  const start = stack.indexOf(message);
  if (start === -1) return undefined;
  return stack
    .slice(start + message.length)
    .match(/^ {4}at .*$/gm)
    ?.slice(0, MOST_FRAMES);
}

/** How an answer ended, where its status does not tell: for the log line of its request. */
const endings = new WeakMap<ServerResponse, string>();

export function noteEnding(response: ServerResponse, ending: string): void {
  endings.set(response, ending);
}

/** One line per answered request: the route's template, never its URL, and nothing a client sent. */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    onceGone(response, () => {
      report(log, 'info', {
        event: 'request',
        requestId: requestIdOf(response),
        method: request.method,
        route: typeof request.route?.path === 'string' ? request.route.path : undefined,
        // nginx's 499: the client left before there was an answer.
        status: response.headersSent ? response.statusCode : 499,
        ms: Math.round(performance.now() - began),
        ending: endings.get(response),
      });
    });
    next();
  };
}

/** By answer, and not in its `locals`, which belong to the app that a router is mounted in. */
const requestIds = new WeakMap<ServerResponse, string>();

/** Gives each request the id that joins its answer, its error body and its lines in the log. */
export const nameRequest: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Request-ID', requestIdOf(response));
  next();
};

/** The id of the request that this is the answer to. Made when it is first asked for. */
export function requestIdOf(response: ServerResponse): string {
  const known = requestIds.get(response);
  if (known !== undefined) return known;
  const id = randomUUID();
  requestIds.set(response, id);
  return id;
}
