import { type ChildProcess, spawn } from 'node:child_process';
import { findDisplay } from '../browser/find-display.ts';
import { findWebKit } from '../browser/find-webkit.ts';
import { freePort } from '../server-process.ts';
import type { Browser, Engine, Profile, View } from './engine.ts';
import { openDisplay, stopProcess } from './open-display.ts';
import { until } from './until.ts';
import { type ElementReference, WebDriver } from './web-driver.ts';

export const webkit: Engine = {
  name: 'WebKitGTK',
  packages: ['webkit2gtk-driver', 'xvfb', 'openbox', 'openssl'],
  isInstalled: () => findWebKit() !== undefined && findDisplay() !== undefined,
  severedBy: ['same-origin-allow-popups', 'same-origin', 'noopener-allow-popups'],
  // Not even a partitioned cookie, over https: the page is told `cookies_blocked`.
  keepsForeignSession: false,
  open: () => openWebKit([]),
  openWithoutCookies: () => openWebKit(['--cookies-policy=never']),
};

async function openWebKit(extra: readonly string[]): Promise<Browser> {
  const found = findWebKit();
  if (!found) throw new Error('There is no WebKitGTK with its driver on this machine.');
  const { driver: program, browser } = found;
  const display = await openDisplay();
  const capabilities = {
    acceptInsecureCerts: true,
    'webkitgtk:browserOptions': { binary: browser, args: ['--automation', ...extra] },
  };
  let driver = await startDriver(program, display.environment).catch(async (error) => {
    await display[Symbol.asyncDispose]();
    throw error;
  });

  async function newProfile(): Promise<Profile> {
    try {
      return webkitProfile(await WebDriver.begin(driver.url, capabilities));
    } catch {
      // It has one session at a time, and one that hangs cannot be ended.
      driver.process.kill('SIGKILL');
      await stopProcess(driver.process);
      driver = await startDriver(program, display.environment);
      return webkitProfile(await WebDriver.begin(driver.url, capabilities));
    }
  }

  return {
    newProfile,
    async [Symbol.asyncDispose]() {
      await stopProcess(driver.process);
      await display[Symbol.asyncDispose]();
    },
  };
}

async function startDriver(
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = spawn(program, [`--port=${port}`], { env, stdio: 'ignore' });
  try {
    await until('WebKitWebDriver', async () => (await fetch(`${url}/status`)).ok);
  } catch (error) {
    await stopProcess(process);
    throw error;
  }
  return { url, process };
}

/** Every session is a browser of its own, without memory. */
function webkitProfile(driver: WebDriver): Profile {
  const known = new Map<string, View>();
  const viewOf = (handle: string): View => {
    const view = known.get(handle) ?? webkitView(driver, handle);
    known.set(handle, view);
    return view;
  };
  return {
    async open(url) {
      const [first] = await driver.windows();
      const handle = first !== undefined && known.size === 0 ? first : await driver.newWindow();
      await driver.goTo(handle, url);
      return viewOf(handle);
    },
    views: async () => (await driver.windows()).map(viewOf),
    [Symbol.asyncDispose]: () => driver.end(),
  };
}

function webkitView(driver: WebDriver, handle: string): View {
  return {
    address: () => driver.address(handle),
    run: (script, ...args) => driver.run(handle, String(script), args),
    async click(find, ...args) {
      const element = await driver.run<ElementReference | null>(handle, String(find), args);
      if (element !== null) await driver.click(handle, element);
      return element !== null;
    },
    pressKey: (key) => driver.pressKey(handle, key),
    reload: () => driver.reload(handle),
    close: () => driver.closeWindow(handle),
  };
}
