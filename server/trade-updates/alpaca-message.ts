import { z } from 'zod';

/** What one frame of Alpaca's trade-updates stream says. */
export type Message =
  | { kind: 'authorization'; granted: boolean }
  | { kind: 'listening'; streams: readonly string[] }
  | { kind: 'update'; update: ReceivedUpdate }
  /** `words` is what Alpaca says is wrong. */
  | { kind: 'error'; words: string }
  /** JSON that is none of these. Alpaca may add to its protocol. */
  | { kind: 'unknown' }
  /** No JSON, or an update that is too large, nested too deeply, or not the shape of one. */
  | { kind: 'garbage' };

/** A trade update of the right shape. Whether it holds the token is for the socket to check. */
export interface ReceivedUpdate {
  /** Alpaca's name of the event: any text. */
  event: string;
  /** The whole update, as one line of JSON that this server wrote. */
  data: string;
}

const GARBAGE: Message = { kind: 'garbage' };

/** In characters. An update has about 2,000; `1e20` in a frame becomes 21 of them. */
const LARGEST_UPDATE = 512 * 1024;

/** Levels of objects and lists in an update. Alpaca's have four. A page that gets more may fail to read it. */
const DEEPEST_UPDATE = 64;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one frame, text or binary: paper sends its JSON in binary frames. Never throws, whatever the bytes. */
export function readMessage(frame: Uint8Array): Message {
  try {
    const value: unknown = JSON.parse(UTF8.decode(frame));
    const envelope = Envelope.safeParse(value);
    if (!envelope.success) return GARBAGE;
    return envelope.data['stream'] === 'trade_updates'
      ? readUpdate(envelope.data)
      : OtherMessage.parse(value);
  } catch {
    // Not UTF-8, or not JSON.
    return GARBAGE;
  }
}

function readUpdate(value: Record<string, unknown>): Message {
  const update = Update.safeParse(value);
  if (!update.success || !isNestedWithin(DEEPEST_UPDATE, value)) return GARBAGE;
  // Written from what was parsed, so that no byte of Alpaca's frame can break out of its line.
  const data = JSON.stringify(value['data']);
  if (data.length > LARGEST_UPDATE) return GARBAGE;
  return { kind: 'update', update: { event: update.data.data.event, data } };
}

function isNestedWithin(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isNestedWithin(levels - 1, each));
}

const Envelope = z.looseObject({});

const Update = z.object({
  data: z.looseObject({ event: z.string(), order: z.looseObject({ id: z.string() }) }),
});

const Authorization = z.object({
  stream: z.literal('authorization'),
  // `unauthorized` answers other actions, too, such as a `listen` that came too early. Those say nothing about the token.
  data: z.object({ action: z.literal('authenticate'), status: z.enum(['authorized', 'unauthorized']) }),
});

const Listening = z.object({
  stream: z.literal('listening'),
  data: z.object({ streams: z.array(z.string()) }),
});

const Failure = z.object({
  action: z.literal('error'),
  data: z.object({ error_message: z.string() }).catch({ error_message: '' }),
});

const OtherMessage = z.union([
  Authorization.transform(
    ({ data }): Message => ({
      kind: 'authorization',
      granted: data.status === 'authorized',
    }),
  ),
  Listening.transform(({ data }): Message => ({ kind: 'listening', streams: data.streams })),
  Failure.transform(({ data }): Message => ({ kind: 'error', words: data.error_message })),
  z.unknown().transform((): Message => ({ kind: 'unknown' })),
]);
