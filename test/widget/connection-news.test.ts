import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionNews } from '../../widget/connection-news.ts';
import { stubPage } from './page-stub.ts';

let page: EventTarget;
beforeEach(() => {
  page = stubPage();
});
afterEach(() => vi.unstubAllGlobals());

const server = 'https://server.example/alpaca';
const returned = (persisted: boolean) => Object.assign(new Event('pageshow'), { persisted });

describe('connectionNews()', () => {
  it('tells every other element of the same server, and not the one that tells', async () => {
    const [own, other, elsewhere] = [vi.fn(), vi.fn(), vi.fn()];
    const news = connectionNews(server, own);
    const all = [news, connectionNews(server, other), connectionNews('https://other.example/', elsewhere)];
    news.tell();
    await vi.waitFor(() => expect(other).toHaveBeenCalledOnce());
    expect(own).not.toHaveBeenCalled();
    expect(elsewhere).not.toHaveBeenCalled();
    for (const each of all) each.close();
  });

  it('looks again when the page comes back from the back-forward cache', () => {
    const heard = vi.fn();
    const news = connectionNews(server, heard);
    page.dispatchEvent(returned(false));
    expect(heard).not.toHaveBeenCalled();
    page.dispatchEvent(returned(true));
    expect(heard).toHaveBeenCalledOnce();
    news.close();
    page.dispatchEvent(returned(true));
    expect(heard).toHaveBeenCalledOnce();
  });
});
