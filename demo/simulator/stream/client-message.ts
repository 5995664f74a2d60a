import { z } from 'zod';

const Message = z.discriminatedUnion('action', [
  z.object({ action: z.literal('authenticate'), data: z.object({ oauth_token: z.string().optional() }) }),
  // The form for API keys, of which the simulator has none.
  z.object({ action: z.literal('auth') }),
  z.object({ action: z.literal('listen'), data: z.object({ streams: z.array(z.string()) }) }),
]);

/** What a client may say on a stream. */
export type ClientMessage = z.output<typeof Message>;

/** Reads a message; undefined when it is none that Alpaca knows. */
export function parseClientMessage(text: string): ClientMessage | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
