export interface ServerSentEvent {
  /** What the page sends back as `Last-Event-ID`. Without it, the page keeps the id that it has. */
  id?: string;
  event: string;
  /** One line. */
  data: string;
}

/** The bytes of an event (WHATWG HTML section 9.2.6). Made once, and written to every listener. */
export function serverSentEvent({ id, event, data }: ServerSentEvent): Buffer {
  const name = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${name}event: ${event}\ndata: ${data}\n\n`);
}

/** A comment, which only says that the line is alive. */
export const HEARTBEAT = Buffer.from(':\n\n');

/** How long an `EventSource` waits before it connects again. The widget has a back-off of its own, which is never shorter. */
export const RETRY = Buffer.from('retry: 1000\n\n');

const OURS: ReadonlySet<string> = new Set(['status', 'gap', 'end']);

/** Alpaca's name of an event, unless it could not be told from ours or is no name: then `message`. */
export function eventName(alpacas: string): string {
  return /^[a-z_]{1,40}$/.test(alpacas) && !OURS.has(alpacas) ? alpacas : 'message';
}
