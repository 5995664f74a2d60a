import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { unauthorized } from '../api/api-error.ts';

/** Which requests a fault hits. */
const target = {
  /** A prefix of the path, for example `/paper/v2/orders` or `/oauth/token`. */
  path: z.string().startsWith('/'),
  /** Upper case. Every method when absent. */
  method: z.string().optional(),
  /** How many requests it hits. All of them when absent. */
  times: z.int().positive().optional(),
  /** For how long it hits them. For ever when absent. */
  milliseconds: z.number().positive().optional(),
};

/**
 * Something that goes wrong: a wrong answer, an answer that never comes, a connection that breaks, or a token that is taken
 * for an unknown one, which a stream learns from a frame after it was opened.
 */
export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    ...target,
    status: z.int().min(200).max(599),
    body: z.string().default(''),
    contentType: z.string().default('application/json'),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({ kind: z.literal('hang'), ...target }),
  z.strictObject({ kind: z.literal('drop'), ...target }),
  z.strictObject({ kind: z.literal('unauthorized'), ...target }),
]);
export type Fault = z.input<typeof Fault>;
type PendingFault = z.output<typeof Fault> & { endsAt: number };

/** The faults that wait for their requests. The first that fits a request hits it. */
export class Faults {
  #pending: PendingFault[] = [];

  /** @throws ZodError that names what is wrong with the fault */
  add(fault: Fault): void {
    const checked = Fault.parse(fault);
    const endsAt = Date.now() + (checked.milliseconds ?? Number.POSITIVE_INFINITY);
    this.#pending.push({ ...checked, endsAt });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault that hits this request, counted as used. */
  take(method: string, path: string): z.output<typeof Fault> | undefined {
    this.#pending = this.#pending.filter(({ endsAt }) => endsAt > Date.now());
    const fault = this.#pending.find(
      (pending) => path.startsWith(pending.path) && method === (pending.method ?? method),
    );
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times === 0) this.#pending = this.#pending.filter((pending) => pending !== fault);
    }
    return fault;
  }
}

/** How the token endpoint can break: it answers a page, answers JSON without a token, or does not answer. */
export const TOKEN_BREAKS = ['html', 'no_token', 'timeout'] as const;
export type TokenBreak = (typeof TOKEN_BREAKS)[number];

/** The fault behind `Control.breakToken`. */
export function brokenToken(how: TokenBreak, times?: number): Fault {
  const target = { path: '/oauth/token', times };
  if (how === 'timeout') return { ...target, kind: 'hang' };
  const page = { contentType: 'text/html', body: '<!doctype html><title>Bad gateway</title>' };
  const empty = { contentType: 'application/json', body: '{"token_type":"bearer","scope":""}' };
  return { ...target, kind: 'answer', status: 200, ...(how === 'html' ? page : empty) };
}

/** What makes requests late and wrong. */
export interface Misbehaviour {
  /** Milliseconds. */
  readonly delay: number;
  readonly faults: Faults;
}

/** Delays every request, then lets a waiting fault have it. */
export function misbehave(misbehaviour: Misbehaviour): RequestHandler {
  return async function delayAndFail(request, response, next) {
    const fault = await commitFault(misbehaviour, request.method, request.path, response);
    if (fault === 'unauthorized') throw unauthorized();
    if (fault === undefined) next();
  };
}

/**
 * Waits out the delay; resolves to the fault that had the request. A hanging answer ends when the client gives up or the
 * simulator closes. To say `unauthorized` is left to the caller.
 */
export async function commitFault(
  { delay, faults }: Misbehaviour,
  method: string,
  path: string,
  response: ServerResponse,
): Promise<Fault['kind'] | undefined> {
  if (delay > 0) await wait(delay, undefined, { ref: false });
  const fault = faults.take(method, path);
  if (fault?.kind === 'drop') response.destroy();
  if (fault?.kind === 'answer') {
    response.statusCode = fault.status;
    for (const [name, value] of Object.entries(fault.headers)) response.setHeader(name, value);
    response.setHeader('Content-Type', fault.contentType).end(fault.body);
  }
  return fault?.kind;
}
