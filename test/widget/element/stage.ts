import { aTimeout, fixture, waitUntil } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import type { ConnectState } from '../../../widget/events.ts';
import '../../../widget/define.ts';
import { FakeServer, serverUrl } from './fake-server.ts';

const { fetch: realFetch, open: realOpen } = window;
const { hasFocus: realHasFocus } = document;

/** base64url(SHA-256('state')), as `FakeServer` makes that state. */
export const attempt = 'S6aXNcpTdl7WpwnttWxuoja3GTo7KaazkMNG8PQ0Dk4';

/** A page with its network edge and its popups replaced, until `strike()`. */
export class Stage {
  readonly server = new FakeServer();
  /** Every popup that the page opened, newest last. */
  readonly popups: Window[] = [];
  readonly opened: string[] = [];
  readonly events: string[] = [];
  /** What `document.hasFocus()` says. The runner's own pages compete for the real focus. */
  focused = true;
  #looks = 0;
  readonly #listening = new AbortController();

  constructor() {
    window.fetch = this.server.fetch;
    document.hasFocus = () => {
      this.#looks += 1;
      return this.focused;
    };
    window.open = (url) => {
      this.opened.push(String(url));
      return this.#openLaunchPage();
    };
    for (const type of [
      'alpaca-connected',
      'alpaca-disconnected',
      'alpaca-error',
      'alpaca-statechange',
    ] as const) {
      const record = (event: Event) => this.events.push(describeEvent(event));
      document.addEventListener(type, record, { signal: this.#listening.signal });
    }
  }

  /** Puts an element on the page and waits until it knows what is connected. */
  async element(attributes = '', content = ''): Promise<AlpacaConnectElement> {
    const element = await fixture<AlpacaConnectElement>(
      `<alpaca-connect server="${serverUrl}" ${attributes}>${content}</alpaca-connect>`,
    );
    await waitUntil(() => element.state !== 'loading');
    await element.updateComplete;
    return element;
  }

  /** The popup as the provider shows it, after the launch page went there. */
  async atProvider(): Promise<Window> {
    const popup = this.popups.at(-1) as Window;
    await waitUntil(
      () => popup.location.pathname.endsWith('provider-page.html') && popup.document.body !== null,
    );
    return popup;
  }

  /** What the callback page does with `outcome`, in that popup. */
  callback(popup: Window, outcome: object = { grant: 'grant' }): void {
    this.showPage(popup, 'callback-page', { attempt, ...outcome });
  }

  showPage(popup: Window, script: 'launch-page' | 'callback-page', data: object): void {
    popup.fetch = this.server.fetch;
    const { document } = popup;
    const json = document.createElement('script');
    json.type = 'application/json';
    json.id = 'alpaca-connect-data';
    json.textContent = JSON.stringify({ origin: location.origin, mount: '/alpaca', ...data });
    const message = document.createElement('main');
    message.id = 'message';
    const code = document.createElement('script');
    code.type = 'module';
    code.src = new URL(`../../../widget/popup/${script}.ts`, import.meta.url).href;
    document.body.replaceChildren(json, message, code);
  }

  /** The person closes the popup, which had the focus until then. */
  async close(popup: Window): Promise<void> {
    const looks = this.#looks;
    this.focused = false;
    await waitUntil(() => this.#looks > looks, 'the page to notice', { timeout: 5_000 });
    popup.close();
    this.focused = true;
  }

  /** A bare window, to show a page of the popup in. */
  openWindow(): Window {
    const popup = realOpen('about:blank', '_blank', 'popup') as Window;
    this.popups.push(popup);
    return popup;
  }

  strike(): void {
    this.#listening.abort();
    for (const popup of this.popups) popup.close();
    window.fetch = realFetch;
    document.hasFocus = realHasFocus;
    window.open = realOpen;
  }

  #openLaunchPage(): Window {
    const popup = this.openWindow();
    this.showPage(popup, 'launch-page', {});
    return popup;
  }
}

export async function reach(element: AlpacaConnectElement, state: ConnectState): Promise<void> {
  await waitUntil(() => element.state === state, `the element to be ${state}`, { timeout: 5_000 });
  await element.updateComplete;
  await aTimeout(0);
}

/** A thing in the element's shadow tree. */
export function inside<Found extends HTMLElement = HTMLButtonElement>(
  element: AlpacaConnectElement,
  selector: string,
): Found {
  const found = element.shadowRoot?.querySelector<Found>(selector);
  if (!found) throw new Error(`The element shows no ${selector} in state ${element.state}.`);
  return found;
}

export function press(element: AlpacaConnectElement, selector = '[part=button]'): void {
  inside(element, selector).click();
}

export function statusOf(element: AlpacaConnectElement): string {
  return inside(element, '[role=status]').textContent ?? '';
}

function describeEvent(event: Event): string {
  const { code, state } = event as { code?: string; state?: string };
  return [event.type.replace('alpaca-', ''), code ?? state].filter(Boolean).join(' ');
}
