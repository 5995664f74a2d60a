import { expect, waitUntil } from '@open-wc/testing';
import { attempt, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

const textOf = (popup: Window) => popup.document.getElementById('message')?.textContent ?? '';

/** What a page of the popup posts to this page. */
function listen(): { type: string }[] {
  const heard: { type: string }[] = [];
  window.addEventListener('message', ({ data }) => heard.push(data));
  return heard;
}

// Somebody sends the victim a link to the launch page. Followed, it would start an attempt that nobody asked for.
describe('the launch page without an opener', () => {
  it('goes nowhere, names the header that helps, and closes if it may', async () => {
    const popup = stage.openWindow();
    popup.opener = null;
    let closed = false;
    popup.close = () => {
      closed = true;
    };
    stage.showPage(popup, 'launch-page', {});
    await waitUntil(() => textOf(popup).includes('same-origin-allow-popups'));
    await waitUntil(() => closed);
    expect(stage.server.requests).to.deep.equal([]);
  });
});

// A page that is not on the allow-list opens the launch page for one that is. It hopes to start an attempt in that
// page's name.
describe('the launch page with an opener on another origin', () => {
  it('tells it nothing', async () => {
    const heard = listen();
    const popup = stage.openWindow();
    stage.showPage(popup, 'launch-page', { origin: 'https://listed.example' });
    await waitUntil(() => popup.length === 1);
    popup.postMessage({ type: 'alpaca-connect:request', launchNonce: '' }, '*');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(heard).to.deep.equal([]);
    expect(stage.server.requests).to.deep.equal([]);
  });
});

describe('the launch page', () => {
  it('waits for the request that answers its own nonce', async () => {
    const heard = listen();
    const popup = stage.openWindow();
    stage.showPage(popup, 'launch-page', {});
    await waitUntil(() => heard.length > 1);
    const request = {
      type: 'alpaca-connect:request',
      pageNonce: 'p',
      environment: 'paper',
      codeChallenge: 'c',
    };
    popup.postMessage({ ...request, launchNonce: 'guessed' }, location.origin);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(stage.server.requests).to.deep.equal([]);
    popup.postMessage({
      ...request,
      launchNonce: (heard[0] as unknown as { launchNonce: string }).launchNonce,
    });
    await waitUntil(() => heard.at(-1)?.type === 'alpaca-connect:started');
    expect(heard.at(-1)).to.deep.equal({ type: 'alpaca-connect:started', pageNonce: 'p', attempt });
  });

  it('stays until the page knows the attempt', async () => {
    const heard = listen();
    const popup = stage.openWindow();
    stage.showPage(popup, 'launch-page', {});
    await waitUntil(() => heard.length > 0);
    const { launchNonce } = heard[0] as unknown as { launchNonce: string };
    popup.postMessage({
      type: 'alpaca-connect:request',
      launchNonce,
      pageNonce: 'p',
      environment: 'paper',
      codeChallenge: 'c',
    });
    await waitUntil(() => heard.at(-1)?.type === 'alpaca-connect:started');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(popup.location.href).to.equal('about:blank');
    popup.postMessage({ type: 'alpaca-connect:received', attempt });
    await stage.atProvider();
  });
});

describe('the callback page', () => {
  it('closes once its opener acknowledged, and leaves nothing on the server', async () => {
    const popup = stage.openWindow();
    window.addEventListener('message', ({ data }) => {
      if (data.type === 'alpaca-connect:outcome')
        popup.postMessage({ type: 'alpaca-connect:received', attempt });
    });
    stage.callback(popup);
    await waitUntil(() => popup.closed);
    expect(stage.server.requests).to.deep.equal([]);
  });

  it('uses the channel of the shared origin when it lost its opener', async () => {
    const channel = new BroadcastChannel(`alpaca-connect:${attempt}`);
    channel.addEventListener('message', () =>
      channel.postMessage({ type: 'alpaca-connect:received', attempt }),
    );
    const popup = stage.openWindow();
    popup.opener = null;
    stage.callback(popup);
    await waitUntil(() => popup.closed);
    channel.close();
    expect(stage.server.requests).to.deep.equal([]);
  });

  it('leaves the grant in the mailbox when nobody acknowledges', async () => {
    const popup = stage.openWindow();
    popup.opener = null;
    stage.callback(popup);
    await waitUntil(() => popup.closed, 'the popup to close', { timeout: 3_000 });
    expect([...stage.server.mailbox]).to.deep.equal([[`/mailbox/${attempt}`, 'grant']]);
  });

  it('says what to do when nothing works and it may not close', async () => {
    stage.server.overrides.set(`POST /mailbox/${attempt}`, () => Promise.reject(new TypeError('offline')));
    const popup = stage.openWindow();
    popup.opener = null;
    popup.close = () => {};
    stage.callback(popup, { origin: 'https://elsewhere.example', grant: 'grant' });
    await waitUntil(() => textOf(popup).includes('try again there'));
  });
});
