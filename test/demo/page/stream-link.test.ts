import { describe, expect, it } from 'vitest';
import type { Link } from '../../../demo/page/follow-stream.ts';
import { describeLink } from '../../../demo/page/stream-link.ts';

describe('describeLink()', () => {
  it.each<[Link, boolean, string]>([
    [{ state: 'open' }, false, 'Streaming'],
    [{ state: 'connecting' }, false, 'Connecting the stream'],
    [{ state: 'connecting' }, true, 'Connecting the stream · asking every 5 s'],
    [{ state: 'retrying', retryAt: 3_500 }, false, 'Reconnecting in 3 s'],
    [{ state: 'retrying', retryAt: 500 }, true, 'Reconnecting · asking every 5 s'],
    [{ state: 'retrying', retryAt: undefined }, false, 'Reconnecting'],
    [{ state: 'off', reason: 'Connect again.' }, true, 'Stream off · asking every 5 s'],
  ])('of %j, down: %s, is %s', (link, isDown, text) => {
    expect(describeLink(link, isDown, 1_000)).toBe(text);
  });
});
