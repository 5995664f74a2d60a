import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { embedSnippet } from './embed-snippet.ts';
import { findPart } from './find-part.ts';
import { showDesks } from './show-desks.ts';

const places = [...document.querySelectorAll<HTMLElement>('.desk')].map((desk) => ({
  desk,
  body: findPart(desk, 'body'),
  connect: findPart<AlpacaConnectElement>(desk, 'connect'),
}));
const show = () => showDesks(places);

embedSnippet(document);
showSetting();
for (const { connect } of places) connect.addEventListener('alpaca-statechange', show);
findPart(document, 'desk-switch').addEventListener('change', show);
void customElements.whenDefined('alpaca-connect').then(show);

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
