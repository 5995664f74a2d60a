import { type DestinationStream, type Logger, pino } from 'pino';
import { describeError } from './describe-error.ts';

/**
 * The server's log: JSON lines on standard output. Callers pass named fields only, never a request, a response or a
 * record, and errors are described by an allow-list: no message of somebody else's error, no header, no body.
 */
export function createLogger(destination?: DestinationStream): Logger {
  const options = {
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Gives somebody else's logger our allow-list: without it, a log line would hold whatever an error carries. */
export function describingErrors(log: Logger): Logger {
  return log.child({}, { serializers: { error: describeError } });
}
