import { expect } from '@open-wc/testing';
import { html, nothing, render, type Template } from '../../../widget/template.ts';

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement('div');
});

const greeting = (name: unknown, more: unknown = nothing): Template =>
  html`<p class=${'a'}>${name}</p>${more}<button @click=${() => root.append('!')}></button>`;

describe('render()', () => {
  it('fills in text, attributes and templates', () => {
    render(greeting('Ada', html`<i>${1}</i>`), root);
    expect(root.textContent).to.equal('Ada1');
    expect(root.querySelector('p')?.className).to.equal('a');
  });

  it('keeps the nodes, and changes only what differs', () => {
    render(greeting('Ada'), root);
    const [paragraph, text] = [root.querySelector('p'), root.querySelector('p')?.childNodes[1]];
    render(greeting('Grace'), root);
    expect(root.querySelector('p')).to.equal(paragraph);
    expect(paragraph?.childNodes[1]).to.equal(text);
    expect(paragraph?.textContent).to.equal('Grace');
  });

  it('shows lists, also when they grow, shrink and end', () => {
    for (const list of [['a'], ['a', 'b', 'c'], ['c'], []]) {
      render(greeting(list.map((item) => html`<b>${item}</b>`)), root);
      expect(root.querySelector('p')?.textContent).to.equal(list.join(''));
    }
  });

  it('hears with the listener of the last rendering, once', () => {
    const heard: number[] = [];
    const view = (number: number) => html`<button @click=${() => heard.push(number)}></button>`;
    render(view(1), root);
    render(view(2), root);
    root.querySelector('button')?.click();
    expect(heard).to.deep.equal([2]);
  });

  it('shows nothing for undefined and null', () => {
    render(greeting(undefined, null), root);
    expect(root.textContent).to.equal('');
  });

  // A server, or whoever can write into its answers, sends markup, or an object that looks like a template. It wants the
  // page to run a script of its own.
  for (const value of ['<img src=x onerror=alert(1)>', { strings: ['<img>'], values: [] }, [['<img>']]]) {
    it(`takes ${JSON.stringify(value)} for text`, () => {
      render(html`<p title=${value}>${value}</p>`, root);
      expect(root.querySelector('img')).to.equal(null);
      expect(root.querySelector('p')?.childElementCount).to.equal(0);
    });
  }
});
