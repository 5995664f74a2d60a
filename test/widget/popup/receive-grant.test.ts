import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backend } from '../../../widget/backend.ts';
import { receiveGrant } from '../../../widget/popup/receive-grant.ts';
import { deferred } from '../../../widget/popup/watch-popup.ts';
import { stubPage, stubPopup } from '../page-stub.ts';
import { sendJson, testServer } from '../test-server.ts';

let page: EventTarget;
beforeEach(() => {
  page = stubPage();
});
afterEach(() => vi.unstubAllGlobals());

function begin(server = 'https://server.example') {
  const popup = stubPopup(page);
  const gone = deferred<void>();
  const scope = new AbortController();
  const backend = new Backend(server);
  const awaited = {
    popup: popup.peer,
    backend,
    attempt: 'attempt',
    codeVerifier: 'verifier',
    gone: gone.promise,
  };
  const grant = receiveGrant(awaited, scope.signal);
  const told = vi.fn();
  grant.then(told, told);
  return { ...popup, gone, scope, grant, told };
}

const outcome = { type: 'alpaca-connect:outcome', attempt: 'attempt', grant: 'grant' };
const receipt = { type: 'alpaca-connect:received', attempt: 'attempt' };

describe('receiveGrant() from the popup', () => {
  it('takes the grant and acknowledges it on the exact origin', async () => {
    const { grant, send, received } = begin();
    send(outcome);
    await expect(grant).resolves.toBe('grant');
    expect(received).toEqual([{ targetOrigin: 'https://server.example', message: receipt }]);
  });

  it('rejects with why Alpaca refused', async () => {
    const { grant, send } = begin();
    send({ ...outcome, error: { code: 'access_denied', message: 'Choose Allow.' } });
    await expect(grant).rejects.toMatchObject({ code: 'access_denied', message: 'Choose Allow.' });
  });

  // Another window hands the page a grant of the attacker's own account. The visitor would then trade in a stranger's
  // account without knowing.
  it.each([
    ['another window', outcome, { source: {} }],
    ['another origin', outcome, { origin: 'https://attacker.example' }],
    ['another attempt', { ...outcome, attempt: 'theirs' }, {}],
    ['another shape', { ...outcome, grant: ['grant'] }, {}],
  ])('ignores the outcome of %s', async (_, data, from) => {
    const { send, received, told } = begin();
    send(data, from);
    await new Promise(setImmediate);
    expect(received).toEqual([]);
    expect(told).not.toHaveBeenCalled();
  });
});

describe('receiveGrant() from the channel of a shared origin', () => {
  it('takes the grant and acknowledges it there', async () => {
    vi.stubGlobal('location', { origin: 'https://server.example' });
    const { grant } = begin();
    const channel = new BroadcastChannel('alpaca-connect:attempt');
    const heard = new Promise((resolve) => channel.addEventListener('message', ({ data }) => resolve(data)));
    channel.postMessage(outcome);
    await expect(grant).resolves.toBe('grant');
    await expect(heard).resolves.toEqual(receipt);
    channel.close();
  });
});

describe('receiveGrant() from the mailbox', () => {
  it('asks only once the popup is gone, and again while nothing is there', async () => {
    let polls = 0;
    await using server = await testServer((_, response) => {
      polls += 1;
      if (polls === 1) response.writeHead(204).end();
      else if (polls === 2) response.destroy();
      else sendJson(response, 200, { grant: 'grant' });
    });
    const { grant, gone } = begin(server.origin);
    expect(server.requests).toEqual([]);
    gone.resolve();
    await expect(grant).resolves.toBe('grant');
    expect(server.requests.map(({ line }) => line)).toEqual(Array(3).fill('GET /mailbox/attempt'));
  });

  it('rejects with the refusal that was left there', async () => {
    const refusal = { error: 'access_denied', message: 'Choose Allow.' };
    await using server = await testServer((_, response) => sendJson(response, 200, refusal));
    const { grant, gone } = begin(server.origin);
    gone.resolve();
    await expect(grant).rejects.toMatchObject({ code: 'access_denied', message: 'Choose Allow.' });
  });

  it('gives up when the server says that the attempt is over', async () => {
    const error = { code: 'attempt_expired', message: 'Try again.', requestId: 'r' };
    await using server = await testServer((_, response) => sendJson(response, 410, error));
    const { grant, gone } = begin(server.origin);
    gone.resolve();
    await expect(grant).rejects.toMatchObject({ code: 'attempt_expired' });
  });

  it('stops asking when the popup answers first', async () => {
    const aborted = deferred<void>();
    const asked = deferred<void>();
    await using server = await testServer((request) => {
      asked.resolve();
      request.on('close', () => aborted.resolve());
    });
    const { grant, gone, send } = begin(server.origin);
    gone.resolve();
    await asked.promise;
    send(outcome);
    await expect(grant).resolves.toBe('grant');
    await aborted.promise;
  });
});
