import { expect, it } from 'vitest';
import { readDocument, snippet } from '../../documents.ts';
import { Project } from '../../package/installed-package.ts';
import { ticket } from './trading/desk-stage.ts';

const DOCUMENT = 'demo/simulator/README.md';
const README = readDocument(DOCUMENT);

/** The words between backticks that a row of the table lists for stocks or for crypto. */
function listed(row: string, assets: 'stocks' | 'crypto'): string[] {
  const [, cell = ''] = new RegExp(`^\\| ${row} \\| (.*) \\|$`, 'm').exec(README) ?? [];
  const [, words = ''] = new RegExp(`${assets}: ([^;|]*)`).exec(cell) ?? [];
  return [...words.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
}

/** Whether an order with some value in one field is taken, whatever else it needs to be a sound one. */
function isTaken(changes: object): boolean {
  const prices = { limit_price: '110' };
  const stop = { stop_price: '90' };
  const needs = [
    {},
    prices,
    stop,
    { ...prices, ...stop },
    { trail_price: '1' },
    { take_profit: prices, stop_loss: stop },
    { take_profit: prices },
    { side: 'sell', type: 'limit', take_profit: prices, stop_loss: stop },
  ];
  return needs.some((needed) => {
    try {
      ticket({ ...needed, ...changes });
      return true;
    } catch {
      return false;
    }
  });
}

it.each([
  ['Types', 'type', ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop']],
  ['Time in force', 'time_in_force', ['day', 'gtc', 'opg', 'cls', 'ioc', 'fok']],
  ['Classes', 'order_class', ['simple', 'bracket', 'oco', 'oto', 'mleg']],
])('the README lists what the simulator takes: %s', (row, field, documented) => {
  const stocks = documented.filter((value) => isTaken({ [field]: value }));
  expect(listed(row, 'stocks')).toEqual(stocks);
  const coin = { symbol: 'BTC/USD', qty: '0.01', time_in_force: 'gtc' };
  expect(listed(row, 'crypto')).toEqual(documented.filter((value) => isTaken({ ...coin, [field]: value })));
});

/** What the examples are good for: an account that answers, and a partner's own token with which Alpaca's question is asked. */
const USE = {
  'issueToken(': `
    console.log(answer.status, JSON.stringify(await answer.json()));`,
  'startBrokerApi()': `
    const { clientId: client_id, clientSecret: client_secret } = SIMULATOR_PARTNER;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret });
    const { access_token } = await (await fetch(tokenUrl, { method: 'POST', body })).json() as Record<string, string>;
    const [client] = control.clients;
    const headers = { Authorization: \`Bearer \${access_token}\` };
    const asked = await fetch(\`\${url}/v1/oauth/clients/\${client?.clientId}?response_type=code\`, { headers });
    console.log(asked.status, JSON.stringify(await asked.json()), account?.number);`,
};

it('the examples of demo/simulator/README.md do what they say, compiled and run in a project', {
  timeout: 120_000,
}, () => {
  using project = new Project({ packages: ['@types/express', '@types/node', '@types/ws'] });
  const files = Object.entries(USE).map(([text, use], index) => {
    project.write(`example-${index}.ts`, snippet(DOCUMENT, text) + use);
    return `example-${index}`;
  });
  const options = { module: 'nodenext', target: 'es2022', types: ['node'] };
  const lib = ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'];
  expect(
    project.compile(
      files.map((file) => `${file}.ts`),
      { ...options, lib },
    ),
  ).toBe('');
  const [token, broker] = files.map((file) => project.run(`out/${file}.js`).output);
  expect(token).toMatch(/^200 .*"account_number":"PA3SIM0DESK1"/);
  expect(broker).toMatch(/^200 .*"client_id".* \d+\n$/);
});
