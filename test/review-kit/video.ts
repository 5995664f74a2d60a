import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { openBrowser } from '../flow/open-browser.ts';
import { decide, Person } from '../flow/person.ts';
import { decideInDialog, disconnectLabel, POPUP } from './walk.ts';

const RECORDER = fileURLToPath(new URL('recorder.js', import.meta.url));
const WIDTH = 1280;
const HEIGHT = 800;
/** Milliseconds for which a step stands still, so that it can be read. */
const READING = 2_500;

/**
 * Records the connect flow once, page and popup together as a person has them on the screen. Chromium draws both into a canvas of
 * another Chromium, which encodes it.
 * @returns WebM, without sound.
 */
export async function film(browser: Browser, url: string): Promise<Uint8Array> {
  await using studio = await openBrowser();
  const recorder = await studio.browser.newPage();
  await recorder.addScriptTag({ path: RECORDER });
  await recorder.evaluate(
    (...size) => (window as unknown as Recording).startRecording(...size),
    WIDTH,
    HEIGHT,
  );

  const person = await Person.at(browser, url);
  const { page } = person;
  await page.setViewport({ width: WIDTH, height: HEIGHT });
  await person.sees('idle');
  const stopPage = await cast(page, recorder, 'page');
  await pause(READING);

  await person.pressConnect();
  await person.sees('disclosing');
  await pause(2 * READING);
  const opened = new Promise<Page>((resolve) => page.once('popup', (popup) => resolve(popup as Page)));
  await decideInDialog(page, 'agree');
  const popup = await opened;
  await popup.waitForSelector('button ::-p-text(Allow)');
  await popup.setViewport(POPUP);
  await cast(popup, recorder, 'popup');
  await pause(2 * READING);
  await decide(popup, 'Allow');
  await person.sees('connected');
  await recorder.evaluate(() => (window as unknown as Recording).closePopup());
  await pause(READING);
  await person.press(await disconnectLabel(page));
  await person.sees('idle');
  await pause(READING);

  await stopPage();
  const base64 = await recorder.evaluate(() => (window as unknown as Recording).finish());
  await page.browserContext().close();
  return Buffer.from(base64, 'base64');
}

/** Sends what a page shows to the recorder, frame by frame. Resolves to what ends it. */
async function cast(page: Page, recorder: Page, layer: 'page' | 'popup'): Promise<() => Promise<void>> {
  const session: CDPSession = await page.createCDPSession();
  session.on('Page.screencastFrame', ({ data, sessionId }) => {
    const shown = recorder.evaluate(
      (which, frame) => (window as unknown as Recording).show(which, frame),
      layer,
      data,
    );
    // The popup may be gone, or the recording over, before the last frame arrives.
    shown.then(() => session.send('Page.screencastFrameAck', { sessionId })).catch(() => {});
  });
  await session.send('Page.startScreencast', { format: 'png' });
  return () => session.send('Page.stopScreencast');
}

/** What the recorder's page offers to this process. */
interface Recording {
  startRecording(width: number, height: number): void;
  /** Takes in a frame. What was shown of that layer before is covered. */
  show(layer: 'page' | 'popup', png: string): Promise<void>;
  closePopup(): void;
  /** Resolves to the WebM in base64. */
  finish(): Promise<string>;
}
