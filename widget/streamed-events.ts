import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { StreamEvent } from './trade-updates.ts';

/** In characters, far more than a trade update has: a stream without line breaks must not fill the memory. */
const LONGEST = 1_000_000;

/**
 * The events in the server's answer, read no faster than they are taken.
 *
 * @param place Its `lastId` is set to the id of each event, when that is taken.
 * @param heard Wraps each wait for the network. Comments of the server end such a wait, and are no events.
 * @throws what the network throws when the connection breaks, or an error of the parser after an event that is too long.
 */
export async function* streamedEvents(
  { body }: Response,
  place: { lastId?: string },
  heard: <T>(waiting: Promise<T>) => Promise<T>,
): AsyncGenerator<StreamEvent, void, undefined> {
  if (!body) return;
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ maxBufferSize: LONGEST, onEvent: (message) => messages.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await heard(reader.read());
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
    for (const message of messages.splice(0)) {
      if (message.id !== undefined) place.lastId = message.id;
      yield streamEvent(message);
    }
  }
}

/**
 * The event in a message of the server. Whatever has no name of the server's own is one of Alpaca's updates; what cannot be
 * read may have been one, and is a gap.
 */
function streamEvent({ event, id = '', data }: EventSourceMessage): StreamEvent {
  const content = parseObject(data);
  if (!content) return { type: 'gap', reason: 'upstream' };
  if (event === 'status' || event === 'gap' || event === 'end') {
    return { ...content, type: event } as StreamEvent;
  }
  return { type: 'update', id, update: content } as StreamEvent;
}

function parseObject(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
