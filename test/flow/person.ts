import type { Browser, Page } from 'puppeteer-core';

/** Somebody at a page with the button, doing what people do: reading, pressing, closing. */
export class Person {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens a page in a fresh profile of this browser. */
  static async at(browser: Browser, url: string): Promise<Person> {
    const context = await browser.createBrowserContext();
    return Person.#in(await context.newPage(), url);
  }

  static async #in(page: Page, url: string): Promise<Person> {
    const person = new Person(page);
    await page.evaluateOnNewDocument(note);
    await page.goto(url);
    return person;
  }

  /** Opens another tab of the same profile. */
  async inAnotherTab(url: string): Promise<Person> {
    return Person.#in(await this.page.browserContext().newPage(), url);
  }

  /** Presses the element's own button. */
  async pressConnect(): Promise<void> {
    await this.page.locator('alpaca-connect >>> [part~="button"]').click();
  }

  /** Presses a button of the dialog or of the element by what it says. */
  async press(label: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${label}"][role="button"])`).click();
  }

  /** Reads the disclosure and agrees. Resolves to the popup, once Alpaca's page is there and shows this. */
  async openPopup(shows = 'button', agree = 'Continue'): Promise<Page> {
    await this.pressConnect();
    const opened = new Promise<Page>((resolve) => this.page.once('popup', (page) => resolve(page as Page)));
    await this.press(agree);
    const popup = await opened;
    await popup.waitForSelector(shows);
    return popup;
  }

  /** Reads the disclosure and continues in this tab. Resolves once Alpaca's page is there. */
  async leave(): Promise<void> {
    await this.pressConnect();
    await this.press('Continue');
    await this.seesAlpaca();
  }

  async seesAlpaca(): Promise<void> {
    await this.page.waitForSelector('button ::-p-text(Allow)');
  }

  /** Waits until the element is in one of these states and resolves to it. */
  async sees(...states: string[]): Promise<string> {
    const handle = await this.page.waitForFunction(
      (wanted) => {
        const state = document.querySelector('alpaca-connect')?.getAttribute('state');
        return state && wanted.includes(state) ? state : false;
      },
      { timeout: 20_000 },
      states,
    );
    return (await handle.jsonValue()) as string;
  }

  /** The status of a proxied request that the page makes through the element. */
  async fetchStatus(api: 'paper' | 'live' | 'data', path: string): Promise<number> {
    return this.page.evaluate(
      async (...[name, at]) => {
        const element = document.querySelector('alpaca-connect') as unknown as {
          fetch(name: string, at: string): Promise<Response>;
        };
        return (await element.fetch(name, at)).status;
      },
      api,
      path,
    );
  }

  /** Forgets what was heard so far. */
  async listen(): Promise<void> {
    await this.page.evaluate(() => {
      (window as unknown as { heard: string[] }).heard.length = 0;
    });
  }

  /** The events of the elements of this page, the codes of errors and the states included. */
  heard(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  }

  /** What the element shows, as text. */
  text(): Promise<string> {
    return this.page.evaluate(() => document.querySelector('alpaca-connect')?.shadowRoot?.textContent ?? '');
  }
}

/** Runs in every page before any script of its own. */
function note(): void {
  const heard: string[] = [];
  Object.assign(window, { heard });
  for (const type of ['alpaca-connected', 'alpaca-disconnected', 'alpaca-error', 'alpaca-statechange']) {
    document.addEventListener(type, (event) => {
      const { code, state } = event as unknown as { code?: string; state?: string };
      heard.push([type, code ?? state].filter(Boolean).join(':'));
    });
  }
}

/** Presses Allow or Deny at Alpaca. The popup may close before the press is acknowledged. */
export async function decide(popup: Page, decision: 'Allow' | 'Deny'): Promise<void> {
  await popup
    .locator(`button ::-p-text(${decision})`)
    .click()
    .catch(() => {});
}

/** Resolves when the popup is gone. */
export function closed(popup: Page): Promise<void> {
  return new Promise((resolve) => {
    if (popup.isClosed()) resolve();
    else popup.once('close', () => resolve());
  });
}
