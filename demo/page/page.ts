import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { AccountSwitch } from './account-switch.ts';
import { embedSnippet } from './embed-snippet.ts';
import { findPart } from './find-part.ts';
import { showDesks } from './show-desks.ts';

const places = [...document.querySelectorAll<HTMLElement>('.desk')].map((desk) => {
  const connect = findPart<AlpacaConnectElement>(desk, 'connect');
  return {
    desk,
    body: findPart(desk, 'body'),
    connect,
    accounts: new AccountSwitch(desk, connect, () => show()),
  };
});

embedSnippet(document);
showSetting();
for (const { connect } of places) connect.addEventListener('alpaca-statechange', show);
findPart(document, 'desk-switch').addEventListener('change', show);
void customElements.whenDefined('alpaca-connect').then(show);

function show(): void {
  // Elements have no connections before the script that defines them has run.
  if (customElements.get('alpaca-connect')) showDesks(places);
}

/** The server adds these meta tags to the page that it serves. */
function showSetting(): void {
  findPart(document, 'simulated').hidden = metaOf('alpaca-connect-demo') !== 'simulated';
  const environments = metaOf('alpaca-connect-environments').split(',');
  for (const { desk } of places) desk.hidden = !environments.includes(desk.dataset['environment'] ?? '');
  findPart(document, 'desk-switch').hidden = environments.length < 2;
}

function metaOf(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}
