import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';

/** Which requests a fault hits. */
const target = {
  /** A prefix of the path, for example `/paper/v2/orders` or `/oauth/token`. */
  path: z.string().startsWith('/'),
  /** Upper case. Every method when absent. */
  method: z.string().optional(),
  /** How many requests it hits. All of them when absent. */
  times: z.int().positive().optional(),
};

/** Something that goes wrong: a wrong answer, an answer that never comes, or a connection that breaks. */
export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    ...target,
    status: z.int().min(200).max(599),
    body: z.string().default(''),
    contentType: z.string().default('application/json'),
  }),
  z.strictObject({ kind: z.literal('hang'), ...target }),
  z.strictObject({ kind: z.literal('drop'), ...target }),
]);
export type Fault = z.input<typeof Fault>;

/** The faults that wait for their requests. The first that fits a request hits it. */
export class Faults {
  #pending: z.output<typeof Fault>[] = [];

  /** @throws ZodError that names what is wrong with the fault */
  add(fault: Fault): void {
    this.#pending.push(Fault.parse(fault));
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault that hits this request, counted as used. */
  take(method: string, path: string): z.output<typeof Fault> | undefined {
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

/** Delays every request, then lets a waiting fault have it. */
export function misbehave(control: { readonly delay: number; readonly faults: Faults }): RequestHandler {
  return async function delayAndFail(request, response, next) {
    if (control.delay > 0) await wait(control.delay, undefined, { ref: false });
    const fault = control.faults.take(request.method, request.path);
    if (fault === undefined) next();
    else commit(fault, response);
  };
}

/** A hanging answer ends when the client gives up or the simulator closes. */
function commit(fault: z.output<typeof Fault>, response: Response): void {
  if (fault.kind === 'drop') response.destroy();
  if (fault.kind === 'answer')
    response.status(fault.status).set('Content-Type', fault.contentType).send(Buffer.from(fault.body));
}
