import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { linkedPopup } from '../../../widget/popup/launch-handshake.ts';
import { serverOrigin, stubPage, stubPopup } from '../page-stub.ts';

let page: EventTarget;
beforeEach(() => {
  page = stubPage();
});
afterEach(() => vi.unstubAllGlobals());

const ready = { type: 'alpaca-connect:ready', launchNonce: 'nonce' };

it('linkedPopup() is the window on the server’s origin that says that it is ready', async () => {
  const { peer, send } = stubPopup(page);
  const popup = linkedPopup(serverOrigin, new AbortController().signal);
  send(ready, { origin: 'https://attacker.example', source: {} });
  send({ type: 'alpaca-connect:received', attempt: 'a' }, { source: {} });
  send({ type: 'alpaca-connect:ready' }, { source: {} });
  send(ready);
  expect(await popup).toBe(peer.window);
});

it('linkedPopup() stops with its signal', async () => {
  const { send } = stubPopup(page);
  const scope = new AbortController();
  const told = vi.fn();
  void linkedPopup(serverOrigin, scope.signal).then(told);
  scope.abort();
  send(ready);
  await new Promise(setImmediate);
  expect(told).not.toHaveBeenCalled();
});
