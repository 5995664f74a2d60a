import { expect, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { press, reach, Stage } from './stage.ts';

let stage: Stage;
let undo: (() => void) | undefined;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => {
  undo?.();
  undo = undefined;
  stage.strike();
});

const off = 'disclosure="off"';
const foreignPage = () => new Response('<!doctype html>', { status: 502 });

/** What happens to a page, the code for it, what is prepared before connecting, and what comes after. */
const CASES: [string, string, string, () => void, (element: AlpacaConnectElement) => unknown][] = [
  ['the browser opens no window', 'popup_blocked', off, () => opens(() => null), () => {}],
  ['the browser throws instead', 'popup_blocked', off, () => opens(refuse), () => {}],
  [
    'the window is closed before it showed anything',
    'popup_closed',
    off,
    () => opens(() => stage.openWindow()),
    () => stage.close(stage.popups[0] as Window),
  ],
  [
    'the person closes it later',
    'popup_closed',
    off,
    () => {},
    async () => stage.close(await stage.atProvider()),
  ],
  [
    'something answers in place of the server',
    'network',
    off,
    () => stage.server.overrides.set('POST /attempts', foreignPage),
    () => {},
  ],
  [
    'the popup keeps no cookie',
    'cookies_blocked',
    off,
    () => {
      const { open } = window;
      opens((...how) => {
        const popup = open(...how) as Window;
        Object.defineProperty(popup.document, 'cookie', { get: () => '', set() {} });
        return popup;
      });
    },
    () => {},
  ],
  [
    'the person chooses Deny',
    'access_denied',
    off,
    () => {},
    async () => {
      const error = { code: 'access_denied', message: 'You chose Deny.' };
      stage.callback(await stage.atProvider(), { grant: 'refusal', error });
    },
  ],
  [
    'the exchange fails',
    'exchange_failed',
    off,
    () =>
      stage.server.overrides.set('POST /connections', () =>
        Response.json({ code: 'exchange_failed', message: 'No.', requestId: 'r' }, { status: 424 }),
      ),
    async () => stage.callback(await stage.atProvider()),
  ],
  [
    'the person cancels the disclosure',
    'cancelled',
    '',
    () => {},
    async (element) => {
      await reach(element, 'disclosing');
      press(element, 'dialog .quiet');
    },
  ],
  [
    'the page has no WebCrypto, as on plain http',
    'config_invalid',
    off,
    () => {
      Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
      undo = () => Reflect.deleteProperty(crypto, 'subtle');
    },
    () => {},
  ],
];

function opens(open: typeof window.open): void {
  window.open = open;
}

function refuse(): never {
  throw new Error('Not implemented');
}

describe('connect() of the page’s own code rejects with the code that the element shows, when', () => {
  for (const [what, code, attributes, prepare, then] of CASES) {
    it(what, async () => {
      prepare();
      const element = await stage.element(attributes);
      const rejected = element.connect().then(
        () => 'connected',
        (error: { code: string }) => error.code,
      );
      await then(element);
      expect(await rejected).to.equal(code);
      await waitUntil(() => stage.events.includes(`error ${code}`));
      expect(element.state).to.equal(code === 'cancelled' ? 'idle' : 'error');
    });
  }
});
