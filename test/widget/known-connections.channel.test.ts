import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changeChannel } from '../../widget/known-connections.ts';
import { stubPage } from './page-stub.ts';

let page: EventTarget;
beforeEach(() => {
  page = stubPage();
});
afterEach(() => vi.unstubAllGlobals());

const server = 'https://server.example/alpaca';
const returned = (persisted: boolean) => Object.assign(new Event('pageshow'), { persisted });

describe('changeChannel()', () => {
  it('tells every other element of the same server, and not the one that tells', async () => {
    const [own, other, elsewhere] = [vi.fn(), vi.fn(), vi.fn()];
    const channel = changeChannel(server, own);
    const all = [channel, changeChannel(server, other), changeChannel('https://other.example/', elsewhere)];
    channel.announce();
    await vi.waitFor(() => expect(other).toHaveBeenCalledOnce());
    expect(own).not.toHaveBeenCalled();
    expect(elsewhere).not.toHaveBeenCalled();
    for (const each of all) each.close();
  });

  it('looks again when the page comes back from the back-forward cache', () => {
    const changed = vi.fn();
    const channel = changeChannel(server, changed);
    page.dispatchEvent(returned(false));
    expect(changed).not.toHaveBeenCalled();
    page.dispatchEvent(returned(true));
    expect(changed).toHaveBeenCalledOnce();
    channel.close();
    page.dispatchEvent(returned(true));
    expect(changed).toHaveBeenCalledOnce();
  });
});
