import { expect } from '@open-wc/testing';
import { render } from 'lit';
import type { Connection } from '../../../server/contract.ts';
import { type ConnectViewModel, connectView } from '../../../widget/alpaca-connect-view.ts';
import { paper } from './fake-server.ts';
import { en } from './spoken.ts';

const root = document.createElement('div');
document.body.append(root);
afterEach(() => {
  render(null, root);
});

const noActions = {
  press() {},
  follow() {},
  redirect() {},
  agree() {},
  cancel() {},
  closed() {},
  disconnect() {},
  end() {},
};

const idle: ConnectViewModel = {
  state: 'idle',
  severed: false,
  hasStatusLine: false,
  environment: 'paper',
  error: undefined,
  blocked: undefined,
  connections: [],
  away: [],
  ended: false,
  partner: undefined,
  multiple: false,
  canAdd: true,
  disclosure: undefined,
  messages: en,
  language: 'en',
};

function show(model: Partial<ConnectViewModel>, actions = noActions): void {
  render(connectView({ ...idle, ...model }, actions), root);
}

const status = () => root.querySelector('[role=status]');

describe('connectView()', () => {
  it('keeps the nodes, and changes only what differs', () => {
    show({ state: 'opening' });
    const [button, live] = [root.querySelector('[part=button]'), status()];
    show({ state: 'waiting' });
    expect(root.querySelector('[part=button]')).to.equal(button);
    expect(status()).to.equal(live);
    expect(live?.textContent).to.equal(en.status.waiting);
  });

  it('shows lists, also when they grow, shrink and end', () => {
    for (const count of [1, 3, 2, 0]) {
      show({ state: 'connected', connections: Array.from({ length: count }, () => paper) });
      expect(root.querySelectorAll('[part=account]')).to.have.length(count);
    }
  });

  it('shows the environment alone of an account whose number is not known', () => {
    show({ state: 'connected', connections: [{ ...paper, account: { ...paper.account, number: '' } }] });
    expect(root.querySelector('[part=account]')?.textContent?.trim()).to.equal(en.account.paper);
  });

  const text = () => root.querySelector('[part=account]')?.textContent?.replace(/\s+/g, ' ').trim();
  const blocked = (status: string): Connection => ({
    ...paper,
    account: { ...paper.account, status, tradingBlocked: true },
  });

  it('says at the account, in a word, why it cannot trade, and what to do in a sentence that is seen', () => {
    const words = {
      ACCOUNT_CLOSED: en.cannotTrade.closed,
      ACCOUNT_CLOSED_PENDING: en.cannotTrade.closed,
      APPROVAL_PENDING: en.cannotTrade.pending,
      APPROVED: en.cannotTrade.pending,
      REJECTED: en.cannotTrade.inactive,
      INACTIVE: en.cannotTrade.inactive,
      PAPER_ONLY: en.cannotTrade.inactive,
      ACTIVE: en.cannotTrade.blocked,
      A_STATUS_OF_TOMORROW: en.cannotTrade.inactive,
    };
    for (const [word, sentence] of Object.entries(words)) {
      show({ state: 'connected', connections: [paper, blocked(word)] });
      const accounts = [...root.querySelectorAll('[part=account]')].map(({ textContent }) => textContent);
      expect(accounts[1]).to.contain(sentence);
      expect(accounts[0]).not.to.contain('Cannot trade');
      expect(status()?.textContent).to.equal(en.cannotTrade.status);
      expect(status()?.classList.contains('unseen')).to.equal(false);
    }
  });

  it('says no more of an account that can trade, or whose connection has ended', () => {
    const { tradingBlocked: _, ...unsaid } = paper.account;
    const older = JSON.parse(JSON.stringify({ ...paper, account: unsaid }));
    for (const connection of [paper, older, { ...blocked('INACTIVE'), revokedAt: paper.connectedAt }]) {
      show({ state: 'connected', connections: [connection] });
      expect(text()).not.to.contain('Cannot trade');
      expect(status()?.textContent).to.equal(en.status.connected);
      expect(status()?.classList.contains('unseen')).to.equal(true);
    }
  });

  it('hears with the listener of the last rendering, once', () => {
    const heard: number[] = [];
    for (const number of [1, 2]) {
      show({}, { ...noActions, press: () => heard.push(number) });
    }
    root.querySelector<HTMLElement>('[part=button]')?.click();
    expect(heard).to.deep.equal([2]);
  });

  it('leaves the status empty, and out of sight, when there is nothing to say', () => {
    show({});
    expect(status()?.matches(':empty')).to.equal(true);
  });

  // A server, or whoever can write into its answers, sends markup, or an object that looks like a template. It wants the
  // page to run a script of its own.
  const image = '<img src=x onerror=alert(1)>';
  const posed = JSON.parse(`{"_$litType$":1,"strings":["${image}"],"values":[]}`);

  it('takes markup for text, in sentences, attributes and what the server says of an account', () => {
    show({
      error: image,
      language: image as 'en',
      messages: { ...en, label: { ...en.label, connect: image } },
    });
    expect(status()?.textContent).to.equal(image);
    show({
      state: 'connected',
      connections: [{ ...paper, account: { ...paper.account, number: image } }],
      disclosure: {
        title: image,
        own: [image],
        review: { text: image, link: image, url: 'https://demo.test/' },
        intro: image,
        abilities: [image],
        away: image,
        notice: image,
        next: image,
      },
    });
    expect(root.querySelector('img')).to.equal(null);
  });

  it('makes no markup of an object that poses as a template', () => {
    for (const label of [posed, [posed]]) {
      show({ messages: { ...en, label: { ...en.label, connect: label } } });
      expect(root.querySelector('[part=button]')?.textContent?.trim()).to.equal('[object Object]');
      const disclosure = {
        title: label,
        own: [],
        intro: label,
        abilities: [label],
        away: label,
        notice: label,
        next: label,
      };
      show({ disclosure });
      expect(root.querySelector('img')).to.equal(null);
      const review = { text: label, link: label, url: 'https://demo.test/' };
      expect(() => show({ disclosure: { ...disclosure, review } })).to.throw();
      expect(root.querySelector('img')).to.equal(null);
    }
  });
});
