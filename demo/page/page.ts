import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { AccountSwitch } from './account-switch.ts';
import { embedSnippet } from './embed-snippet.ts';
import { findPart } from './find-part.ts';
import { offerAway } from './offer-away.ts';
import { showDesk } from './show-desk.ts';

const sections = [...document.querySelectorAll<HTMLElement>('.place')];
const places = sections.map((section) => ({
  connect: findPart<AlpacaConnectElement>(section, 'connect'),
  partner: section.dataset['partner'],
}));
const accounts = new AccountSwitch(findPart(document, 'account-switch'), show);

embedSnippet(document);
showSetting();
offerAway(document, metaOf('alpaca-connect-away'));
for (const { connect } of places) connect.addEventListener('alpaca-statechange', show);
void customElements.whenDefined('alpaca-connect').then(show);

function show(): void {
  // Elements have no connections before the script that defines them has run.
  if (customElements.get('alpaca-connect')) showDesk(places, accounts);
}

/** The server adds these meta tags to the page that it serves. */
function showSetting(): void {
  findPart(document, 'simulated').hidden = metaOf('alpaca-connect-demo') !== 'simulated';
  const offered = metaOf('alpaca-connect-places').split(',');
  for (const section of sections) section.hidden = !offered.includes(section.dataset['place'] ?? '');
}

function metaOf(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}
