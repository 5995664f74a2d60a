import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const demo = new URL('../../../demo/', import.meta.url);
const page = readFileSync(new URL('page/index.html', demo), 'utf8');
const foreignPage = readFileSync(new URL('foreign-page/index.html', demo), 'utf8');

function every(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

describe('demo/page/index.html', () => {
  it('has nothing inline that its policy would block', () => {
    expect(every(page, /<script(?![^>]*\ssrc=)[^>]*>/g)).toEqual([]);
    expect(every(page, /<style|\sstyle=|\son[a-z]+=|javascript:/g)).toEqual([]);
  });

  it('loads nothing from another origin', () => {
    expect(every(page, /<(?!a )[^>]*\s(?:src|href)="((?:https?:)?\/\/[^"]*)"/g)).toEqual([]);
  });

  it('names the makers of the charts and links to them, as their licence asks', () => {
    expect(page).toMatch(/TradingView Lightweight Charts™\. Copyright © 2026 TradingView, Inc\./);
    expect(every(page, /<a href="(https[^"]*)"/g)).toEqual(['https://www.tradingview.com/']);
  });

  it('labels every field', () => {
    const fields = every(page, /<(?:input|select)\s+id="([^"]+)"/g);
    expect(fields).toEqual(['symbol', 'qty', 'limit_price', 'stop_price']);
    expect(every(page, /<label for="([^"]+)"/g)).toEqual(fields);
  });

  it('refers only to ids that it has', () => {
    const ids = every(page, /\sid="([^"]+)"/g);
    const named = every(page, /(?:for|aria-labelledby|aria-describedby)="([^"]+)"/g).flatMap((list) =>
      list.split(' '),
    );
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('has every part that the code looks for', () => {
    const folder = new URL('page/', demo);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const code = sources.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    const wanted = new Set(every(code, /(?:find|write)Part(?:<\w+>)?\(\s*[\w.#]+,\s*'([^']+)'/g));
    expect(wanted.size).toBeGreaterThan(20);
    const present = every(page, /data-part="([^"]+)"/g);
    expect([...wanted].filter((part) => !present.includes(part))).toEqual([]);
  });
});

describe('demo/foreign-page/index.html', () => {
  it('has one script, which is the button', () => {
    expect(every(foreignPage, /<script[^>]*>/g)).toEqual([
      '<script type="module" src="http://localhost:3000/alpaca/connect.js">',
    ]);
  });
});
