import type { RequestListener } from 'node:http';
import type { RequestHandler } from 'express';
import type { Browser, Page, Viewport } from 'puppeteer-core';
import type { RequestedEnvironment } from '../../server/contract.ts';
import { closed, decide, Person } from '../flow/person.ts';

/** As large as the element opens it on a desktop. On a phone it fills the screen. */
export const POPUP = { width: 520, height: 760 };

/** A picture of one step, with what could be read on it. */
export interface Shot {
  /** Name of the file, such as `desktop-2-disclosure.png`. */
  file: string;
  /** `desktop` or `phone`. */
  device: string;
  title: string;
  /** What the person read in the dialog, or on the page of the popup. Empty where that is not the point. */
  text: string;
  picture: Uint8Array;
}

/** A page with nothing but the app's name and the button, as a site's own page would have it. */
export function appPage(name: string, environment: RequestedEnvironment): RequestHandler {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title></title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 3rem 1.25rem; color-scheme: light }
h1 { font-size: 1.75rem; margin: 0 0 1rem }</style>
<h1></h1><p>Connect your brokerage account to use it here.</p>
<alpaca-connect environment="${environment}"></alpaca-connect>
<script type="module" src="/alpaca/connect.js"></script>
<script>document.title = document.querySelector('h1').textContent = ${JSON.stringify(name).replaceAll('<', '\\u003c')};</script></html>`;
  const listener: RequestListener = (request, response) => {
    const isPage = request.url === '/';
    response.writeHead(isPage ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(isPage ? body : '');
  };
  return listener as RequestHandler;
}

/** Presses a button of the dialog by its place, for its name is Allow with `APP_DISCLOSURE=review`, and Continue without. */
export async function decideInDialog(page: Page, decision: 'agree' | 'refuse'): Promise<void> {
  const place = decision === 'agree' ? ':last-child' : ':first-child';
  await page.locator(`alpaca-connect >>> dialog .choice > ${place}`).click();
}

/** Goes through the flow once, refusing in each of the two places before agreeing, and takes a picture of each step. */
export async function walk(
  browser: Browser,
  url: string,
  { name: device, ...viewport }: Viewport & { name: string },
): Promise<Shot[]> {
  const shots: Shot[] = [];
  const person = await Person.at(browser, url);
  const { page } = person;
  await page.setViewport(viewport);
  const take = async (shown: Page, slug: string, title: string, text = ''): Promise<void> => {
    await shown.setViewport(shown !== page && device === 'desktop' ? POPUP : viewport);
    const picture = await shown.screenshot();
    shots.push({ file: `${device}-${shots.length + 1}-${slug}.png`, device, title, text, picture });
  };

  await person.sees('idle');
  await take(page, 'before', 'The site, before anything is connected');

  await person.pressConnect();
  await person.sees('disclosing');
  await take(page, 'disclosure', 'The disclosure, before anything is opened', await dialogText(page));
  await decideInDialog(page, 'refuse');
  await person.sees('idle');
  await take(page, 'refused', 'Refused here: nothing was opened and nothing was sent');

  const refused = await openPopup(person);
  await take(refused, 'consent', 'Consent at Alpaca (here: the simulator)', await pageText(refused));
  const gone = closed(refused);
  await decide(refused, 'Deny');
  await person.sees('error');
  await gone;
  await take(page, 'denied', 'Refused at Alpaca: nothing is connected');

  const allowed = await openPopup(person);
  await decide(allowed, 'Allow');
  await person.sees('connected');
  await take(page, 'connected', 'Connected: which account, and how to disconnect');

  await person.press(await disconnectLabel(page));
  await person.sees('idle');
  await take(page, 'disconnected', 'Disconnected: the server has forgotten the token');
  await page.browserContext().close();
  return shots;
}

/** Agrees to the disclosure. Resolves to the popup, once the consent page is there. */
export async function openPopup(person: Person): Promise<Page> {
  await person.pressConnect();
  await person.sees('disclosing');
  const opened = new Promise<Page>((resolve) => person.page.once('popup', (popup) => resolve(popup as Page)));
  await decideInDialog(person.page, 'agree');
  const popup = await opened;
  await popup.waitForSelector('button ::-p-text(Allow)');
  return popup;
}

/** What a screen reader calls the button, for it names the account. */
export function disconnectLabel(page: Page): Promise<string> {
  return page.$eval('alpaca-connect >>> [part~="disconnect"]', (button) => {
    return button.getAttribute('aria-label') ?? button.textContent?.trim() ?? '';
  });
}

function dialogText(page: Page): Promise<string> {
  return page.$eval('alpaca-connect >>> dialog', (dialog) => (dialog as HTMLElement).innerText);
}

function pageText(page: Page): Promise<string> {
  return page.$eval('main, body', (body) => (body as HTMLElement).innerText);
}
