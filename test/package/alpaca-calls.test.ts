// What the editor knows of requests to Alpaca, for somebody who installed the packed package.
import { describe, expect, it } from 'vitest';
import { operations } from '../../server/operations.ts';
import { snippet } from '../documents.ts';
import { Project } from './installed-package.ts';

/** The complaints of the compiler about this page. A line after `@ts-expect-error` that is right is one, too. */
function compile(source: string): string {
  using project = new Project();
  project.write('page.ts', source);
  return project.compile(['page.ts'], {
    ...{ noEmit: true, module: 'nodenext', types: [] },
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
  });
}

const IMPORT = "import { type AlpacaAnswer, type AlpacaBody, Backend } from 'connect-with-alpaca/widget';\n";

const CALLS = `
  const element = document.querySelector('alpaca-connect')!;
  const id = crypto.randomUUID() as string;

  const positions = await (await element.fetch('paper', '/v2/positions')).json();
  positions[0]?.symbol satisfies string | undefined;
  // @ts-expect-error: a position has no such field.
  positions[0]?.symbole;

  const order = await element.fetch('paper', \`/v2/orders/\${id}?nested=true\`);
  (await order.json()).client_order_id satisfies string | undefined;
  (await order.clone().json()).client_order_id;
  await element.fetch('live', '/v2/orders?status=open&limit=5', { signal: AbortSignal.timeout(1) });
  await element.fetch('paper', \`/v2/orders/\${id}\`, { method: 'DELETE', connection: id });
  await element.fetch('data', '/v1beta3/crypto/us/latest/bars?symbols=BTC%2FUSD');
  await element.fetch('paper', '/v2/clock', { method: 'HEAD' });

  // @ts-expect-error: a typing error in the path.
  await element.fetch('paper', '/v2/postions');
  // @ts-expect-error: a path of market data.
  await element.fetch('paper', '/v2/stocks/bars?symbols=AAPL');
  // @ts-expect-error: a segment is missing.
  await element.fetch('paper', \`/v2/positions/\${id}/exercise/now\`);
  // @ts-expect-error: nothing stands for the id.
  await element.fetch('paper', '/v2/orders/');
  // @ts-expect-error: there is no such method here.
  await element.fetch('paper', '/v2/account', { method: 'POST' });
  // @ts-expect-error: there is no such query.
  await element.fetch('paper', '/v2/orders?state=open');

  const body: AlpacaBody<'paper', '/v2/orders'> = {
    symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day', client_order_id: id,
  };
  await element.fetch('paper', '/v2/orders', { method: 'POST', body: JSON.stringify(body) });
  // @ts-expect-error: no such side.
  ({ side: 'bye', type: 'market', time_in_force: 'day' }) satisfies AlpacaBody<'paper', '/v2/orders'>;
  // @ts-expect-error: no such field.
  ({ quantity: '1', type: 'market', time_in_force: 'day' }) satisfies AlpacaBody<'paper', '/v2/orders'>;
  // @ts-expect-error: the type is missing.
  ({ symbol: 'AAPL', time_in_force: 'day' }) satisfies AlpacaBody<'paper', '/v2/orders'>;

  const account = await (await new Backend('/alpaca').proxied('paper', '/v2/account')).json();
  account satisfies AlpacaAnswer<'paper', '/v2/account'>;
  account.buying_power satisfies string | undefined;

  // The way out: what the compiler cannot know is not checked, and answers anything.
  const anything = await (await element.fetch('paper', '/v2/account/rewards' as string)).json();
  anything.points satisfies number;
`;

/** The example of widget/README.md about this. */
const EXAMPLE = snippet('widget/README.md', 'satisfies AlpacaBody');

describe('requests to Alpaca in TypeScript', { timeout: 120_000 }, () => {
  it('are right or wrong by path, method, query, body and answer', () => {
    expect(compile(IMPORT + CALLS)).toBe('');
  });

  it('are so in the example of widget/README.md', () => {
    const button = "const button = document.querySelector('alpaca-connect')!;\n";
    expect(compile(EXAMPLE.replace('\n\n', `\n${button}`))).toBe('');
    const wrong = EXAMPLE.replace('\n\n', `\n${button}`).replace("side: 'buy'", "side: 'bye'");
    expect(compile(wrong)).toContain('"bye"');
  });

  it('say what is wrong', () => {
    const wrong = "void new Backend('/alpaca').proxied('paper', '/v2/acount');";
    expect(compile(IMPORT + wrong)).toContain('Alpaca has no GET /v2/acount here.');
  });

  it('know every operation that the server offers', () => {
    const calls = operations.map(
      ([api, method, path]) =>
        `void backend.proxied('${api === 'data' ? 'data' : 'paper'}', '${path}', { method: '${method}' });`,
    );
    expect(calls.length).toBeGreaterThan(90);
    expect(compile(`${IMPORT}const backend = new Backend('/alpaca');\n${calls.join('\n')}`)).toBe('');
  });
});
