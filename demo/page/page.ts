import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { embedSnippet } from './embed-snippet.ts';
import { findPart } from './find-part.ts';
import { openDesk } from './open-desk.ts';
import { viewOf } from './view-of.ts';

const desks = [...document.querySelectorAll<HTMLElement>('.desk')].map((desk) => ({
  desk,
  body: findPart(desk, 'body'),
  connect: findPart<AlpacaConnectElement>(desk, 'connect'),
}));
const open = new Map<HTMLElement, AbortController>();

embedSnippet(document);
showSetting();
for (const { connect } of desks) connect.addEventListener('alpaca-statechange', showDesks);
findPart(document, 'desk-switch').addEventListener('change', showDesks);
void customElements.whenDefined('alpaca-connect').then(showDesks);

/** Opens a desk when its account is connected and closes it on anything else: disconnect, expiry, error. */
function showDesks(): void {
  for (const { desk, body, connect } of desks) {
    const connected = connect.state === 'connected';
    desk.dataset['open'] = String(connected);
    if (connected && !open.has(desk)) {
      const opened = new AbortController();
      open.set(desk, opened);
      if (open.size === 1) choose(desk);
      openDesk(body, connect, opened.signal);
    }
    if (!connected) {
      open.get(desk)?.abort();
      open.delete(desk);
    }
  }
  document.body.dataset['view'] = viewOf(desks.map(({ connect }) => connect.state));
  document.body.dataset['desks'] = String(open.size);
  document.body.dataset['shown'] = document.querySelector<HTMLInputElement>('[name="shown"]:checked')?.value;
}

/** Where only one desk fits, this one is shown. */
function choose({ dataset }: HTMLElement): void {
  const choice = document.querySelector<HTMLInputElement>(
    `[name="shown"][value="${dataset['environment']}"]`,
  );
  if (choice !== null) choice.checked = true;
}

/** The server adds these meta tags to the page that it serves. */
function showSetting(): void {
  findPart(document, 'simulated').hidden = metaOf('alpaca-connect-demo') !== 'simulated';
  const environments = metaOf('alpaca-connect-environments').split(',');
  for (const { desk } of desks) desk.hidden = !environments.includes(desk.dataset['environment'] ?? '');
  findPart(document, 'desk-switch').hidden = environments.length < 2;
}

function metaOf(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}
