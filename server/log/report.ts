import { channel } from 'node:diagnostics_channel';
import type { Logger } from 'pino';
import { describeError } from './describe-error.ts';

/** Everything that this server reports, by name. server/README.md says what each means. */
export type EventName =
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
  | 'connection_revoked'
  | 'revocation_not_marked'
  | 'session_not_touched'
  | 'call_not_counted'
  | 'stream_opened'
  | 'stream_lost'
  | 'stream_session_unknown'
  | 'token_in_stream'
  | 'hook_failed';

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

/** The one writer of the log: a line for people, and a message for whoever keeps metrics. */
export function report(log: Logger, level: 'info' | 'warn' | 'error', line: Report, sentence?: string): void {
  log[level](line, sentence);
  if (!reports.hasSubscribers) return;
  reports.publish({ level, ...line, ...('error' in line ? { error: describeError(line.error) } : {}) });
}
