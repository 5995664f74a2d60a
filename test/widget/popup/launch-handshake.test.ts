import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchHandshake } from '../../../widget/popup/launch-handshake.ts';
import type { RequestMessage } from '../../../widget/popup/protocol.ts';
import { serverOrigin, stubPage, stubPopup } from '../page-stub.ts';

let page: EventTarget;
beforeEach(() => {
  page = stubPage();
});
afterEach(() => vi.unstubAllGlobals());

function begin() {
  const popup = stubPopup(page);
  const scope = new AbortController();
  const onReady = vi.fn();
  const request = { environment: 'paper', scope: 'data', codeChallenge: 'challenge' } as const;
  const attempt = launchHandshake(popup.peer, request, { onReady, signal: scope.signal });
  const told = vi.fn();
  attempt.then(told, told);
  const pageNonce = () => (popup.received[0] as { message: RequestMessage }).message.pageNonce;
  return { ...popup, scope, onReady, attempt, told, pageNonce };
}

const ready = { type: 'alpaca-connect:ready', launchNonce: 'launch' };

describe('launchHandshake()', () => {
  it('tells the launch page what to ask for, on its exact origin, with both nonces', () => {
    const { received, send, onReady } = begin();
    send(ready);
    expect(onReady).toHaveBeenCalledOnce();
    expect(received).toEqual([
      {
        targetOrigin: serverOrigin,
        message: {
          type: 'alpaca-connect:request',
          launchNonce: 'launch',
          pageNonce: expect.stringMatching(/^[\w-]{43}$/),
          environment: 'paper',
          scope: 'data',
          codeChallenge: 'challenge',
        },
      },
    ]);
  });

  it('resolves with the attempt and acknowledges it', async () => {
    const { attempt, received, send, pageNonce } = begin();
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: pageNonce(), attempt: 'attempt' });
    await expect(attempt).resolves.toBe('attempt');
    expect(received[1]).toEqual({
      targetOrigin: serverOrigin,
      message: { type: 'alpaca-connect:received', attempt: 'attempt' },
    });
  });

  it('rejects with what the server refused', async () => {
    const { attempt, send, pageNonce } = begin();
    send(ready);
    send({
      type: 'alpaca-connect:failed',
      pageNonce: pageNonce(),
      code: 'live_not_allowed',
      message: 'Use paper.',
    });
    await expect(attempt).rejects.toMatchObject({ code: 'live_not_allowed', message: 'Use paper.' });
  });

  // Another frame or window of the page posts what the popup would. It wants the page to talk to it, or to wait for an
  // attempt that belongs to somebody else.
  it.each([
    ['another window', { source: {} }],
    ['another origin in the same window', { origin: 'https://attacker.example' }],
    ['an origin that only begins alike', { origin: `${serverOrigin}.attacker.example` }],
    ['a sandboxed document', { origin: 'null' }],
  ])('ignores %s', async (_, from) => {
    const { received, send, told, pageNonce } = begin();
    send(ready, from);
    expect(received).toEqual([]);
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: pageNonce(), attempt: 'theirs' }, from);
    await new Promise(setImmediate);
    expect(told).not.toHaveBeenCalled();
  });

  it('ignores an attempt without the nonce of this handshake', async () => {
    const { send, told } = begin();
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: 'guessed', attempt: 'theirs' });
    send({ type: 'alpaca-connect:failed', pageNonce: 'guessed', code: 'network', message: 'No.' });
    await new Promise(setImmediate);
    expect(told).not.toHaveBeenCalled();
  });

  it('stops listening with its signal', () => {
    const { received, send, scope } = begin();
    scope.abort();
    send(ready);
    expect(received).toEqual([]);
  });
});
