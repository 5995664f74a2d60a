import { aTimeout, expect, fixture } from '@open-wc/testing';
import { Idiomorph } from 'idiomorph';
import morphdom from 'morphdom';
import { inside, press, reach, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

// Its types are those of its CommonJS build, which a browser does not get.
const morphElement = morphdom as unknown as (from: Element, to: string) => Node;

const LIBRARIES: Record<string, (from: Element, to: string) => void> = {
  idiomorph: (from, to) => Idiomorph.morph(from, to),
  morphdom: (from, to) => void morphElement(from, to),
};

for (const [library, morph] of Object.entries(LIBRARIES)) {
  describe(`<alpaca-connect> in a page that ${library} compares with new HTML`, () => {
    /** An element with its popup at the provider, and what its page becomes. */
    async function waiting() {
      const around = await fixture<HTMLElement>('<main><h1>Before</h1></main>');
      const element = await stage.element('id="connect" disclosure="off"');
      around.append(element);
      press(element);
      const popup = await stage.atProvider();
      await reach(element, 'waiting');
      const tag = element.cloneNode() as Element;
      tag.removeAttribute('state');
      return { around, element, popup, tag: tag.outerHTML };
    }

    it('keeps its state and its popup where it stays', async () => {
      const { around, element, popup, tag } = await waiting();
      morph(around, `<main><h1>After</h1><p>More</p>${tag}</main>`);
      expect(around.textContent).to.contain('After');
      expect(element.isConnected).to.equal(true);
      expect(element.getAttribute('state')).to.equal('waiting');
      await aTimeout(150);
      stage.callback(popup);
      await reach(element, 'connected');
      expect(element.getAttribute('state')).to.equal('connected');
    });

    it('keeps them where it moves', async () => {
      const { around, element, popup, tag } = await waiting();
      morph(around, `<main><section>${tag}</section><h1>After</h1></main>`);
      expect(around.querySelector('section > alpaca-connect')).to.equal(element);
      await aTimeout(150);
      expect(element.getAttribute('state')).to.equal('waiting');
      stage.callback(popup);
      await reach(element, 'connected');
    });

    it('keeps a dialog that is open', async () => {
      const around = await fixture<HTMLElement>('<main><h1>Before</h1></main>');
      const element = await stage.element('id="connect"');
      around.append(element);
      const tag = element.cloneNode() as Element;
      tag.removeAttribute('state');
      press(element);
      await reach(element, 'disclosing');
      morph(around, `<main><h1>After</h1><p>More</p>${tag.outerHTML}</main>`);
      await aTimeout(150);
      expect(element.getAttribute('state')).to.equal('disclosing');
      expect(inside(element, 'dialog').matches(':modal')).to.equal(true);
    });
  });
}

it('<alpaca-connect> is left alone by what takes it away for some tasks, as Turbo does with a permanent element', async () => {
  const around = await fixture<HTMLElement>('<main></main>');
  const element = await stage.element('disclosure="off"');
  around.append(element);
  press(element);
  const popup = await stage.atProvider();
  await reach(element, 'waiting');
  element.remove();
  await aTimeout(0);
  around.append(element);
  await aTimeout(150);
  expect(element.state).to.equal('waiting');
  stage.callback(popup);
  await reach(element, 'connected');
});
