import { Transform, type TransformCallback } from 'node:stream';
import { bodyTooLarge, LARGEST_BODY } from './body-framing.ts';

/**
 * Passes a request's body on and fails with 413 as soon as it outgrows the limit. It also stands between undici and
 * the client: undici destroys the body of a failed call, and the client's socket must survive that to be told why.
 */
export class LimitedBody extends Transform {
  #left = LARGEST_BODY;

  constructor() {
    super();
    // The failed call reports the error. A second report after the call is over must not end the process.
    this.on('error', () => {});
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#left -= chunk.length;
    if (this.#left < 0) done(bodyTooLarge());
    else done(null, chunk);
  }
}
