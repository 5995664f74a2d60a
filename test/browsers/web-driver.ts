import type { Key } from './engine.ts';

/** Milliseconds for one command. A browser that hangs would otherwise keep its test from ending, and from ending it. */
const PATIENCE = 15_000;

/** W3C WebDriver: the key under which a reference to an element travels. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** W3C WebDriver: the characters that stand for keys without one. */
const KEYS: Record<Key, string[]> = {
  Escape: ['\uE00C'],
  Tab: ['\uE004'],
  'Shift+Tab': ['\uE008', '\uE004'],
};

export type ElementReference = Record<typeof ELEMENT, string>;

/** One session of a WebDriver server, as much of it as the suite needs: a browser with a fresh profile. */
export class WebDriver {
  readonly #url: string;
  /** Where commands go now. Switching gives the focus, so it happens only when it must. */
  #current: string | undefined;

  private constructor(url: string) {
    this.#url = url;
  }

  static async begin(server: string, capabilities: object): Promise<WebDriver> {
    const body = { capabilities: { alwaysMatch: capabilities } };
    const { sessionId } = await send<{ sessionId: string }>('POST', `${server}/session`, body);
    return new WebDriver(`${server}/session/${sessionId}`);
  }

  end(): Promise<void> {
    return send('DELETE', this.#url);
  }

  windows(): Promise<string[]> {
    return this.#send('GET', '/window/handles');
  }

  /** Opens another window and resolves to its handle. A tab would stay in the background, where nothing is painted. */
  async newWindow(): Promise<string> {
    return (await this.#send<{ handle: string }>('POST', '/window/new', { type: 'window' })).handle;
  }

  async #switchTo(handle: string): Promise<void> {
    if (this.#current === handle) return;
    this.#current = undefined;
    await this.#send('POST', '/window', { handle });
    this.#current = handle;
  }

  async closeWindow(handle: string): Promise<void> {
    await this.#switchTo(handle);
    this.#current = undefined;
    await this.#send('DELETE', '/window');
  }

  async goTo(handle: string, url: string): Promise<void> {
    await this.#switchTo(handle);
    await this.#send('POST', '/url', { url });
  }

  async address(handle: string): Promise<string> {
    await this.#switchTo(handle);
    return this.#send('GET', '/url');
  }

  async reload(handle: string): Promise<void> {
    await this.#switchTo(handle);
    await this.#send('POST', '/refresh', {});
  }

  /** Runs the source text of a function in the page, and waits for the promise that it may answer. */
  async run<Result>(handle: string, source: string, args: unknown[]): Promise<Result> {
    await this.#switchTo(handle);
    return this.#send('POST', '/execute/sync', { script: `return (${source})(...arguments)`, args });
  }

  async click(handle: string, element: ElementReference): Promise<void> {
    await this.#switchTo(handle);
    await this.#send('POST', `/element/${element[ELEMENT]}/click`, {});
  }

  async pressKey(handle: string, key: Key): Promise<void> {
    await this.#switchTo(handle);
    const down = KEYS[key].map((value) => ({ type: 'keyDown', value }));
    const up = KEYS[key].toReversed().map((value) => ({ type: 'keyUp', value }));
    await this.#send('POST', '/actions', {
      actions: [{ type: 'key', id: 'keyboard', actions: [...down, ...up] }],
    });
  }

  #send<Value>(method: string, path: string, body?: object): Promise<Value> {
    return send(method, this.#url + path, body);
  }
}

/** @throws Error with WebDriver's own error code and message */
async function send<Value>(method: string, url: string, body?: object): Promise<Value> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(PATIENCE),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const { value } = (await response.json()) as { value: Value & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}
