import { expect, fixture } from '@open-wc/testing';
import { closed, dialogs, states } from '../../../demo/gallery/showings.ts';
import { offer, type Showing, specimen } from '../../../demo/gallery/specimen.ts';
import { dateOf, disclosureOf } from '../../../widget/alpaca-connect-view.ts';
import { type Language, namingProvider } from '../../../widget/messages/messages.ts';
import { translations } from '../../../widget/messages/translations.ts';

const showings = Object.entries({ ...states, ...dialogs });

/** On a page that is `theme`, as wide as a phone. */
async function show(showing: Showing, theme = 'light'): Promise<HTMLElement> {
  document.body.style.background = theme === 'dark' ? '#10151d' : '#ffffff';
  const page = await fixture<HTMLElement>('<div></div>');
  page.style.colorScheme = theme;
  page.style.inlineSize = '288px';
  const shown = specimen(showing);
  page.append(shown);
  return shown;
}

for (const theme of ['light', 'dark']) {
  describe(`<alpaca-connect> is accessible in a ${theme} page`, () => {
    for (const [title, showing] of showings) {
      it(title, async () => {
        await expect(await show(showing, theme)).to.be.accessible();
      });
    }
  });
}

describe('<alpaca-connect> fits a phone with text twice as large', () => {
  const spoken = Object.entries(translations).flatMap(([language, messages]): [string, Showing][] => {
    const said = { messages, language: language as Language };
    const until = '2026-12-27T12:00:00Z';
    const terms = { ...offer, partner: true, until: dateOf(until, said.language) };
    const disclosure = disclosureOf(namingProvider(messages, 'Acme Invest'), terms, 'both');
    const away = [{ ...closed, environment: 'paper' as const, until }];
    return [
      [`Live, ${language}`, { ...said, environment: 'live' }],
      [`Waiting, ${language}`, { ...said, state: 'waiting' }],
      [`Disclosing, ${language}`, { ...said, state: 'disclosing', environment: 'both', disclosure }],
      [`Acting while away, ${language}`, { ...said, away }],
      [`Closed, ${language}`, { ...said, state: 'connected', connections: [closed] }],
    ];
  });
  for (const [title, showing] of [...showings, ...spoken]) {
    it(title, async () => {
      const shown = await show(showing);
      shown.style.setProperty('--alpaca-connect-size', '32px');
      for (const dialog of shown.shadowRoot?.querySelectorAll('dialog') ?? [])
        dialog.style.position = 'static';
      const edge = shown.getBoundingClientRect();
      const beyond = [
        ...(shown.shadowRoot?.querySelectorAll('h2, li, button, a, p, [part=account], [part=away], .badge') ??
          []),
      ].filter((one) => {
        const { left, right, width } = one.getBoundingClientRect();
        return width > 0 && (left < edge.left - 1 || right > edge.left + 289);
      });
      expect(beyond.map(({ textContent }) => textContent)).to.deep.equal([]);
    });
  }
});

describe('<alpaca-connect> tells live from paper', () => {
  it('by a badge on the button, a band on the dialog and a badge on the account', async () => {
    const live = (await show({ environment: 'live', state: 'disclosing' })).shadowRoot;
    expect(live?.querySelector('[part=button] .live')?.textContent).to.equal('Live');
    expect(live?.querySelector('dialog.money')).to.not.equal(null);
    const paper = (await show({ state: 'disclosing' })).shadowRoot;
    expect(paper?.querySelector('.live, .money')).to.equal(null);
  });
});
