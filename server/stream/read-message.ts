import { z } from 'zod';
import type { HeardUpdate } from './upstream.ts';

/** What one frame of Alpaca's trade-updates stream says (alpaca.md, Streams with an OAuth token). */
export type Message =
  | { kind: 'authorization'; granted: boolean }
  | { kind: 'listening'; streams: readonly string[] }
  | { kind: 'update'; update: HeardUpdate }
  /** `words` is what Alpaca says is wrong. */
  | { kind: 'error'; words: string }
  /** JSON that is none of these. Alpaca may add to its protocol. */
  | { kind: 'unknown' }
  /** No JSON, or an update that is too large or not the shape of one. */
  | { kind: 'garbage' };

const Authorization = z.object({
  stream: z.literal('authorization'),
  // `unauthorized` answers to other actions, too, such as a `listen` that came too early. Those do not judge the token.
  data: z.object({ action: z.literal('authenticate'), status: z.enum(['authorized', 'unauthorized']) }),
});
const Listening = z.object({
  stream: z.literal('listening'),
  data: z.object({ streams: z.array(z.string()) }),
});
const Update = z.object({
  stream: z.literal('trade_updates'),
  data: z.looseObject({ event: z.string(), order: z.looseObject({ id: z.string() }) }),
});
const Failure = z.object({ action: z.literal('error') });
const FailureWords = z.object({ data: z.object({ error_message: z.string() }) });
const Envelope = z.looseObject({});

/** In characters. An update has about 2,000; `1e20` in a frame becomes 21 of them. */
const LARGEST_UPDATE = 512 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const GARBAGE: Message = { kind: 'garbage' };

/** Reads one frame, text or binary: paper sends its JSON in binary frames. Never throws, whatever the bytes. */
export function readMessage(frame: Uint8Array): Message {
  try {
    return judge(JSON.parse(UTF8.decode(frame)));
  } catch {
    // Not UTF-8, not JSON, or nested more deeply than can be written again.
    return GARBAGE;
  }
}

function judge(value: unknown): Message {
  const envelope = Envelope.safeParse(value);
  if (!envelope.success) return GARBAGE;
  if (envelope.data['stream'] === 'trade_updates') return judgeUpdate(envelope.data);
  const authorization = Authorization.safeParse(value);
  if (authorization.success) {
    return { kind: 'authorization', granted: authorization.data.data.status === 'authorized' };
  }
  const listening = Listening.safeParse(value);
  if (listening.success) return { kind: 'listening', streams: listening.data.data.streams };
  if (!Failure.safeParse(value).success) return { kind: 'unknown' };
  const words = FailureWords.safeParse(value);
  return { kind: 'error', words: words.success ? words.data.data.error_message : '' };
}

function judgeUpdate(value: Record<string, unknown>): Message {
  const update = Update.safeParse(value);
  if (!update.success) return GARBAGE;
  // Written from what was parsed, so that no byte of Alpaca's frame can break out of its line.
  const data = JSON.stringify(value['data']);
  return data.length > LARGEST_UPDATE
    ? GARBAGE
    : { kind: 'update', update: { event: update.data.data.event, data } };
}
