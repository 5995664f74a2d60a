import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TradeUpdate } from '../../server/contract.ts';
import { Backend } from '../../widget/backend.ts';
import { CODES } from '../../widget/connect-error.ts';
import { enErrors } from '../../widget/messages/en.ts';
import { LANGUAGES } from '../../widget/messages/messages.ts';
import { type StreamEvent, tradeUpdates } from '../../widget/trade-updates.ts';
import { stubPage } from './page-stub.ts';
import { testServer } from './test-server.ts';

const readme = readFileSync(new URL('../../widget/README.md', import.meta.url), 'utf8');
const manifest = JSON.parse(
  readFileSync(new URL('../../dist/custom-elements.json', import.meta.url), 'utf8'),
) as { modules: { declarations: Record<string, { name: string }[] | undefined>[] }[] };
const element = manifest.modules[0]?.declarations.find((one) => one['attributes']);

function documented(kind: string): string[] {
  return (element?.[kind] ?? []).map(({ name }) => name);
}

describe('widget/README.md', () => {
  it.each(['attributes', 'events', 'cssParts', 'cssProperties', 'slots'])(
    'names all %s of the manifest',
    (kind) => {
      expect(documented(kind).length).toBeGreaterThan(2);
      expect(documented(kind).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
    },
  );

  it('has a remedy for every error code', () => {
    expect([...CODES].sort()).toEqual(Object.keys(enErrors).sort());
    expect(CODES.filter((code) => !readme.includes(`| \`${code}\``))).toEqual([]);
  });

  it('names tests that exist', () => {
    const [, table = ''] = /\n## What other buttons get wrong[^\n]*\n([\s\S]*)/.exec(readme) ?? [];
    const named = [...table.matchAll(/`((?:widget|flow|browsers|attacks|package)[\w./-]*)`/g)].map(
      ([, name = '']) => name,
    );
    const missing = named.filter((name) => {
      const path = new URL(`../${name}${name.endsWith('/') ? '' : '.test.ts'}`, import.meta.url);
      return !existsSync(path);
    });
    expect(named.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('names every language', () => {
    expect(LANGUAGES.filter((language) => !readme.includes(`\`${language}\``))).toEqual([]);
  });
});

describe('the examples of trade updates', () => {
  afterEach(() => vi.unstubAllGlobals());

  const [, section = ''] = /\n## Trade updates\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const examples = [...section.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  const update = { event: 'fill', order: { id: 'o1' } };

  /** Runs an example with these names in reach, on a page of its own. */
  function run(code: string | undefined, scope: Record<string, unknown>): Promise<void> {
    const withoutImports = (code ?? '').replace(/^import .*\n/gm, '');
    const body = new Function(...Object.keys(scope), `return (async () => { ${withoutImports} })()`);
    return body(...Object.values(scope));
  }

  it('has one with the element, and one without', () => {
    expect(examples).toHaveLength(2);
    expect(examples[1]).toContain("from 'connect-with-alpaca/widget/stream'");
  });

  it('shows the orders of each event of the element', async () => {
    const called: unknown[] = [];
    const told: StreamEvent[] = [
      { type: 'status', state: 'connecting' },
      { type: 'status', state: 'open' },
      { type: 'update', id: 'e-1', update: update as TradeUpdate },
      { type: 'gap', reason: 'buffer' },
      { type: 'end', code: 'connection_revoked', message: 'Reconnect.' },
    ];
    await run(examples[0], {
      document: { querySelector: () => ({ stream: () => told }) },
      loadOrders: async () => called.push('loadOrders'),
      showOrder: (order: unknown) => called.push(order),
      say: (message: string) => called.push(message),
    });
    expect(called).toEqual(['loadOrders', update.order, 'loadOrders', 'Reconnect.']);
  });

  it('listens to a server without the element', async () => {
    stubPage();
    await using server = await testServer((_, response) => {
      const end = { code: 'not_connected', message: 'Connect first.' };
      response.end(
        `event: fill\ndata: ${JSON.stringify(update)}\n\nevent: end\ndata: ${JSON.stringify(end)}\n\n`,
      );
    });
    const shown: unknown[] = [];
    const code = examples[1]?.replace('https://app.yoursite.com', server.origin);
    await run(code, { Backend, tradeUpdates, showOrder: (order: unknown) => shown.push(order) });
    expect(shown).toEqual([update.order]);
    expect(server.requests.map(({ line }) => line)).toEqual(['GET /alpaca/paper/stream']);
  });
});

describe('the manifest', () => {
  it('names every part, slot and custom property that the source has', () => {
    const read = (name: string) => readFileSync(new URL(`../../widget/${name}`, import.meta.url), 'utf8');
    const every = (text: string, pattern: RegExp) => [
      ...new Set([...text.matchAll(pattern)].map(([, name]) => name)),
    ];
    const view = read('alpaca-connect-view.ts');
    expect(documented('cssParts').sort()).toEqual(every(view, /part="(\w+)"/g).sort());
    expect(documented('slots').sort()).toEqual(every(view, /<slot name="(\w+)"/g).sort());
    const properties = every(read('alpaca-connect-styles.ts'), /var\((--alpaca-connect-[\w-]+)/g);
    expect(documented('cssProperties').sort()).toEqual(properties.sort());
  });

  it('has no attribute that the JSX types lack, but the state, which is not to be set', () => {
    const jsx = readFileSync(new URL('../../widget/jsx.ts', import.meta.url), 'utf8');
    const props = [...jsx.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
    const attributes = documented('attributes').filter((name) => name !== 'state');
    expect(attributes.filter((name) => !props.includes(name))).toEqual([]);
  });
});
