import type { Profile, View } from './engine.ts';
import { until } from './until.ts';

/** Somebody at a page with the button, doing what people do: reading, pressing, closing. */
export class Person {
  readonly #profile: Profile;
  readonly view: View;

  private constructor(profile: Profile, view: View) {
    this.#profile = profile;
    this.view = view;
  }

  /** Opens a page in a tab of this profile. */
  static async at(profile: Profile, url: string): Promise<Person> {
    return new Person(profile, await profile.open(url));
  }

  /** Presses a button of the element, its dialog included, by what it says. */
  press(label: string): Promise<void> {
    return pressIn(this.view, label);
  }

  /** Presses, reads the disclosure and continues. Resolves to the popup, once Alpaca's page is there. */
  async connect(): Promise<View> {
    await this.press('Connect with Alpaca');
    return this.opensPopup('Continue');
  }

  /** Presses, and leaves in this tab. Resolves once Alpaca's page is there. */
  async leaves(): Promise<void> {
    await this.press('Connect with Alpaca');
    await this.seesAlpaca();
  }

  /** Waits until this tab shows Alpaca's page. */
  async seesAlpaca(): Promise<void> {
    await until('Alpaca’s page', () => this.view.run(() => document.title.includes('Simulated Alpaca')));
  }

  /** Follows a link of the page by what it says. */
  async follows(label: string): Promise<void> {
    await until(`a link “${label}”`, () =>
      this.view.click(
        (text) => [...document.querySelectorAll('a')].find((a) => a.textContent === text),
        label,
      ),
    );
  }

  /** Waits until a page without the element says this. */
  async readsPage(words: string): Promise<void> {
    await until(`the words “${words}”`, () =>
      this.view.run((text) => document.body?.textContent?.includes(text) ?? false, words),
    );
  }

  /** Presses the button that opens the popup. Resolves to it, once Alpaca's page is there. */
  async opensPopup(label: string): Promise<View> {
    const before = await this.#profile.views();
    await this.press(label);
    const popup = await until('the popup', async () =>
      (await this.#profile.views()).find((view) => !before.includes(view)),
    );
    await until('Alpaca’s page', () => popup.run(() => document.title.includes('Simulated Alpaca')));
    return popup;
  }

  /** Decides at Alpaca. The popup may be gone before the driver is told that it was pressed. */
  async decides(popup: View, decision: 'Allow' | 'Deny'): Promise<void> {
    await until(decision, () => popup.click(buttonSaying, decision).catch(() => true));
  }

  /** Waits until the popup has closed. */
  async seesClosed(popup: View): Promise<void> {
    await until('the popup to close', async () => !(await this.#profile.views()).includes(popup));
  }

  /** Waits until the page is at this path and fragment. */
  async arrivesAt(address: string): Promise<void> {
    await until(`the address ${address}`, async () => (await this.view.address()).endsWith(address));
  }

  /** Waits until the element is in this state. */
  async sees(state: string): Promise<void> {
    await until(`the state ${state}`, async () => (await this.state()) === state).catch(async (cause) => {
      throw new Error(`Instead of ${state} it is ${await this.state()}: ${await this.#text()}`, { cause });
    });
  }

  state(): Promise<string | null | undefined> {
    return this.view.run(() => document.querySelector('alpaca-connect')?.getAttribute('state'));
  }

  /** Waits until the element says this. */
  async reads(words: string): Promise<void> {
    await until(`the words “${words}”`, async () => (await this.#text()).includes(words));
  }

  #text(): Promise<string> {
    return this.view.run(() => document.querySelector('alpaca-connect')?.shadowRoot?.textContent ?? '');
  }

  /** Waits until the page has the focus, or has lost it. */
  async focuses(focused: boolean): Promise<void> {
    await until(`the focus to ${focused ? 'come' : 'go'}`, async () => {
      return (await this.view.run(() => document.hasFocus())) === focused;
    });
  }

  /** Stays longer than the page takes to call a popup closed: 800 ms of focus (`PopupVerdict`). */
  async lingers(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_200));
  }

  /** The status of a request to Alpaca that the page makes through the element. */
  fetchStatus(): Promise<number> {
    return this.view.run(async () => {
      const element = document.querySelector('alpaca-connect') as unknown as {
        fetch(api: string, path: string): Promise<Response>;
      };
      return (await element.fetch('paper', '/v2/account')).status;
    });
  }

  /** Starts to note what the stream of the paper account brings: states, names of updates, and why it ended. */
  streams(): Promise<void> {
    return this.view.run(() => {
      const streamed: string[] = [];
      Object.assign(window, { streamed });
      const element = document.querySelector('alpaca-connect') as unknown as {
        stream(
          environment: string,
        ): AsyncIterable<{ state?: string; code?: string; update?: { event: string } }>;
      };
      void (async () => {
        for await (const { state, code, update } of element.stream('paper')) {
          streamed.push(state ?? code ?? update?.event ?? 'gap');
        }
      })();
    });
  }

  streamed(): Promise<string[]> {
    return this.view.run(() => (window as unknown as { streamed: string[] }).streamed);
  }

  /** Waits until the stream has brought this. */
  async hears(name: string): Promise<void> {
    await until(`“${name}” from the stream`, async () => (await this.streamed()).includes(name)).catch(
      async (cause) => {
        throw new Error(`Instead of “${name}” the stream brought ${await this.streamed()}.`, { cause });
      },
    );
  }

  /** Buys one share at the market. */
  async orders(): Promise<void> {
    await this.view.run(async () => {
      const element = document.querySelector('alpaca-connect') as unknown as {
        fetch(api: string, path: string, init: RequestInit): Promise<Response>;
      };
      const order = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
      await element.fetch('paper', '/v2/orders', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...order, client_order_id: `${Date.now()}` }),
      });
    });
  }

  /** Starts to note what the element tells the page. */
  listen(): Promise<void> {
    return this.view.run(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      for (const type of ['alpaca-connected', 'alpaca-error']) {
        document.addEventListener(type, (event) => {
          const { code } = event as unknown as { code?: string };
          heard.push(code ?? type);
        });
      }
    });
  }

  heard(): Promise<string[]> {
    return this.view.run(() => (window as unknown as { heard: string[] }).heard);
  }
}

/** Presses a button by what it says, once it is in sight and still. */
async function pressIn(view: View, label: string): Promise<void> {
  await until(`a button “${label}”`, () => view.click(buttonSaying, label));
}

/** A button, or the link that opens the window. Looks in the element, or in a page without one. */
function buttonSaying(label: string): Element | undefined {
  const root = document.querySelector('alpaca-connect')?.shadowRoot ?? document;
  if (root.getAnimations().some(({ playState }) => playState === 'running')) return undefined;
  return [...root.querySelectorAll('button, a[part~="link"]')].find(
    (button) => button.textContent?.trim() === label && button.getClientRects().length > 0,
  );
}
