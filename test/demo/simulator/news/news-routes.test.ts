import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../../../demo/simulator/index.ts';
import { type Caller, callerOf } from '../caller.ts';

interface Article {
  id: number;
  headline: string;
  created_at: string;
  symbols: string[];
  content: string;
}

let simulator: Simulator;
let call: Caller;
beforeAll(async () => {
  simulator = await startSimulator();
  call = callerOf(simulator);
});
afterAll(() => simulator.close());

async function news(query: string): Promise<{ news: Article[]; next_page_token: string | null }> {
  return (await call(`GET /data/v1beta1/news?${query}`)).body as {
    news: Article[];
    next_page_token: string | null;
  };
}

describe('newsRoutes()', () => {
  it('tells the latest ten first, and no content unless asked', async () => {
    const { news: articles } = await news('');
    expect(articles).toHaveLength(10);
    expect(articles.map(({ id }) => id)).toEqual(articles.map((_, index) => (articles[0]?.id ?? 0) - index));
    expect(articles.every(({ content }) => content === '')).toBe(true);
    expect((await news('include_content=true')).news.every(({ content }) => content.startsWith('<p>'))).toBe(
      true,
    );
  });

  it('filters by symbol and time, and pages without repeating', async () => {
    const first = await news('symbols=AAPL,BTCUSD&limit=4&sort=asc');
    const second = await news(`symbols=AAPL,BTCUSD&limit=4&sort=asc&page_token=${first.next_page_token}`);
    const articles = [...first.news, ...second.news];
    expect(articles).toHaveLength(8);
    expect(new Set(articles.flatMap(({ symbols }) => symbols))).toEqual(new Set(['AAPL', 'BTCUSD']));
    const times = articles.map(({ created_at }) => created_at);
    expect(times).toEqual([...new Set(times)].sort());
    const bounded = await news(`start=${times[2]}&end=${times[4]}&symbols=AAPL,BTCUSD&sort=asc`);
    expect(bounded.news.map(({ created_at }) => created_at)).toEqual(times.slice(2, 5));
  });

  it('says of a price what the quotes say', async () => {
    const [article] = (await news('symbols=KO&limit=1')).news;
    const at = `start=${article?.created_at}&end=${article?.created_at}`;
    const { body } = await call(`GET /data/v2/stocks/KO/trades?${at}`);
    const [trade] = (body as { trades: { p: number }[] }).trades;
    expect(article).toMatchObject({ summary: expect.stringContaining(`stands at ${trade?.p} dollars`) });
  });
});
