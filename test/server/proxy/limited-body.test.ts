import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { LARGEST_BODY } from '../../../server/proxy/body-framing.ts';
import { LimitedBody } from '../../../server/proxy/limited-body.ts';

function pieces(size: number): Buffer[] {
  return [Buffer.alloc(size - 1, 'a'), Buffer.from('b')];
}

describe('LimitedBody', () => {
  it('passes a body of the limit through unchanged', async () => {
    const passed = await buffer(Readable.from(pieces(LARGEST_BODY)).pipe(new LimitedBody()));
    expect(passed.equals(Buffer.concat(pieces(LARGEST_BODY)))).toBe(true);
  });

  it('fails with 413 at the first byte too many', async () => {
    const body = Readable.from(pieces(LARGEST_BODY + 1)).pipe(new LimitedBody());
    await expect(buffer(body)).rejects.toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('leaves its source open when it is destroyed', async () => {
    const source = new Readable({ read() {} });
    const body = source.pipe(new LimitedBody());
    body.destroy(new Error('the call failed'));
    await new Promise((resolve) => body.once('close', resolve));
    expect(source.destroyed).toBe(false);
  });
});
