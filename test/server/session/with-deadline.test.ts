import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../../server/session/with-deadline.ts';

describe('withDeadline()', () => {
  it('passes on the result of work that is in time, and its rejection', async () => {
    await expect(withDeadline(Promise.resolve('done'), 1000)).resolves.toBe('done');
    await expect(withDeadline(Promise.reject(new Error('broken')), 1000)).rejects.toThrow('broken');
  });

  it('rejects when the work takes longer', async () => {
    await expect(withDeadline(new Promise(() => {}), 5)).rejects.toThrow('No answer within 5 ms');
  });

  it('leaves no unhandled rejection when the work fails after the deadline', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const { promise, reject } = withResolvers();
    await expect(withDeadline(promise, 5)).rejects.toThrow('No answer');
    reject(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});

function withResolvers() {
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}
