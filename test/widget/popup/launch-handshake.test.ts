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
  const onStarted = vi.fn();
  const onFailed = vi.fn();
  launchHandshake(popup.peer, request, { onReady, onStarted, onFailed }, scope.signal);
  const pageNonce = () => (popup.received[0] as { message: RequestMessage }).message.pageNonce;
  return { ...popup, scope, onReady, onStarted, onFailed, pageNonce };
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

  it('tells of the attempt and acknowledges it', () => {
    const { onStarted, received, send, pageNonce } = begin();
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: pageNonce(), attempt: 'attempt' });
    expect(onStarted.mock.calls).toEqual([['attempt']]);
    expect(received[1]).toEqual({
      targetOrigin: serverOrigin,
      message: { type: 'alpaca-connect:received', attempt: 'attempt' },
    });
  });

  it('answers a launch page that was reloaded, and tells of its attempt too', () => {
    const { onStarted, received, send, pageNonce } = begin();
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: pageNonce(), attempt: 'first' });
    send({ type: 'alpaca-connect:ready', launchNonce: 'reloaded' });
    expect(received[2]).toMatchObject({ message: { launchNonce: 'reloaded', pageNonce: pageNonce() } });
    send({ type: 'alpaca-connect:started', pageNonce: pageNonce(), attempt: 'second' });
    expect(onStarted.mock.calls).toEqual([['first'], ['second']]);
  });

  it('tells what the server refused', () => {
    const { onFailed, send, pageNonce } = begin();
    send(ready);
    send({
      type: 'alpaca-connect:failed',
      pageNonce: pageNonce(),
      code: 'live_not_allowed',
      message: 'Use paper.',
    });
    expect(onFailed.mock.calls).toMatchObject([[{ code: 'live_not_allowed', message: 'Use paper.' }]]);
  });

  // Another frame or window of the page posts what the popup would. It wants the page to talk to it, or to wait for an
  // attempt that belongs to somebody else.
  it.each([
    ['another window', { source: {} }],
    ['another origin in the same window', { origin: 'https://attacker.example' }],
    ['an origin that only begins alike', { origin: `${serverOrigin}.attacker.example` }],
    ['a sandboxed document', { origin: 'null' }],
  ])('ignores %s', (_, from) => {
    const { received, send, onStarted, pageNonce } = begin();
    send(ready, from);
    expect(received).toEqual([]);
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: pageNonce(), attempt: 'theirs' }, from);
    expect(onStarted).not.toHaveBeenCalled();
  });

  it('ignores an attempt without the nonce of this handshake', () => {
    const { send, onStarted, onFailed } = begin();
    send(ready);
    send({ type: 'alpaca-connect:started', pageNonce: 'guessed', attempt: 'theirs' });
    send({ type: 'alpaca-connect:failed', pageNonce: 'guessed', code: 'network', message: 'No.' });
    expect(onStarted).not.toHaveBeenCalled();
    expect(onFailed).not.toHaveBeenCalled();
  });

  it('stops listening with its signal', () => {
    const { received, send, scope } = begin();
    scope.abort();
    send(ready);
    expect(received).toEqual([]);
  });
});
