import { expect } from '@open-wc/testing';
import { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import { defineElement } from '../../../widget/define-element.ts';

describe('defineElement()', () => {
  it('registers once, and stays silent for the same version', () => {
    const warnings = warningsOf(() => {
      defineElement();
      defineElement();
    });
    expect(customElements.get('alpaca-connect')).to.equal(AlpacaConnectElement);
    expect(warnings).to.deep.equal([]);
  });

  it('warns when the page has another version, and leaves that one alone', () => {
    const { get } = customElements;
    customElements.get = () => class extends HTMLElement {};
    const warnings = warningsOf(defineElement);
    customElements.get = get;
    expect(warnings[0]).to.contain(AlpacaConnectElement.version).and.to.contain('unknown');
  });
});

function warningsOf(act: () => void): unknown[] {
  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (warning: unknown) => warnings.push(warning);
  act();
  console.warn = warn;
  return warnings;
}
