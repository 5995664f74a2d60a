import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SIMULATOR_ACCOUNTS, SIMULATOR_CLIENT, startSimulator } from '../../demo/simulator/index.ts';
import type { Connection } from '../../server/contract.ts';
import { fill, snippet } from '../documents.ts';
import { freePort } from '../server-process.ts';
import { stageEnvironment } from '../stage.ts';
import { Visitor } from '../visitor.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = 'server/README.md';

interface ExampleOptions {
  /** What the app has besides, in front of its `listen()`. */
  more?: string;
  environment?: Record<string, string>;
}

/** The README's app as a process of its own, in front of a simulator. */
async function openExample({ more = '', environment = {} }: ExampleOptions = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const simulator = await startSimulator({
    clients: [{ ...SIMULATOR_CLIENT, redirectUris: [`${url}/alpaca/callback`] }],
  });
  const folder = mkdtempSync(join(tmpdir(), 'readme-example-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'app.mjs');
  const library = new URL('../../server/index.ts', import.meta.url).href;
  const values = {
    "'connect-with-alpaca/server'": `'${library}'`,
    'const server = app.listen(3000)': `${more}\nconst server = app.listen(${port})`,
  };
  writeFileSync(file, fill(snippet(README, 'async function withPaper'), values));
  const app = spawn(process.execPath, ['--import', createRequire(import.meta.url).resolve('tsx'), file], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      ...stageEnvironment(simulator),
      ALPACA_PAPER_STREAM_URL: simulator.paperStreamUrl,
      PUBLIC_URL: url,
      SHOP_SECRET: 'a secret',
      ...environment,
    },
  });
  let output = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  await untilAnswers(url, app, () => output);
  return {
    url,
    simulator,
    app,
    output: () => output,
    async [Symbol.asyncDispose]() {
      app.kill('SIGKILL');
      if (app.exitCode === null && app.signalCode === null) await once(app, 'exit');
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(url: string, app: ChildProcess, output: () => string): Promise<void> {
  while (app.exitCode === null) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The example ended:\n${output()}`);
}

/** A request to one of the app's own routes, with the cookies of the visitor. */
async function send(visitor: Visitor, url: string, body?: object): Promise<Response> {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { cookie, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    visitor.cookies.set(name, value);
  }
  return answer;
}

it('server/README.md: the example connects its users, and trades for each with Alpaca’s own SDK', async () => {
  await using example = await openExample();
  const { url, simulator } = example;
  const visitor = new Visitor(example);
  expect((await visitor.startAttempt(Visitor.proofKey())).status).toBe(401);
  expect((await send(visitor, `${url}/sign-in`, { name: 'ada' })).status).toBe(204);
  expect((await send(visitor, `${url}/buying-power`)).status).toBe(409);
  expect((await visitor.connect()).status).toBe(201);

  const power = (await (await send(visitor, `${url}/buying-power`)).json()) as { buyingPower: string };
  const account = (await (await visitor.call('/paper/v2/account')).json()) as Record<string, string>;
  expect(power).toEqual({ buyingPower: account['buying_power'] });
  expect(SIMULATOR_ACCOUNTS.map(({ number }) => number)).toContain(account['account_number']);

  const order = { symbol: 'AAPL', id: 'the-click-of-ada' };
  expect((await send(visitor, `${url}/buy`, order)).status).toBe(200);
  expect((await send(visitor, `${url}/buy`, order)).status).not.toBe(200);
  const orders = (await (await visitor.call('/paper/v2/orders?status=all&limit=500')).json()) as {
    client_order_id: string;
  }[];
  expect(orders.filter((each) => each.client_order_id === order.id)).toHaveLength(1);

  await send(visitor, `${url}/sign-in`, { name: 'bob' });
  expect((await send(visitor, `${url}/buying-power`)).status).toBe(409);
  await send(visitor, `${url}/sign-in`, { name: 'ada' });
  expect((await send(visitor, `${url}/buying-power`)).status).toBe(200);

  simulator.control.revoke();
  expect((await send(visitor, `${url}/buying-power`)).status).toBe(401);
  expect((await send(visitor, `${url}/buying-power`)).status).toBe(409);
  expect(example.output()).toContain('ada connected paper\n');
  expect(example.output()).toContain('ada lost paper: revoked\n');

  await visitor.connect();
  const stream = await visitor.call('/paper/stream');
  expect(stream.status).toBe(200);
  const ended = once(example.app, 'exit');
  example.app.kill('SIGTERM');
  await stream.text();
  expect(await ended).toEqual([0, null]);
});

/** What the further examples call of the app's own. Each writes a line. */
const OWN = `
function count(event, { level, ...fields }) {
  audit(\`counted \${event} \${Object.keys(fields).length > 0}\`);
}
async function usersWithARule() {
  return ['ada', 'bob'];
}
let first = true;
async function rebalance({ connection, accessToken, tradingUrl }) {
  if (first) {
    first = false;
    throw new Error('Something failed once.');
  }
  const headers = { Authorization: \`Bearer \${accessToken}\` };
  const { status } = await fetch(\`\${tradingUrl}/v2/positions\`, { headers });
  audit(\`rebalanced \${connection.account.number} \${status}\`);
}
`;

it('server/README.md: the app lists accounts, acts while people are away, and counts what is reported', async () => {
  const more = [
    snippet(README, "app.get('/accounts'"),
    fill(snippet(README, 'setInterval('), { '60_000': '100' }),
    snippet(README, "subscribe('alpaca-connect'"),
    OWN,
  ].join('\n');
  await using example = await openExample({ more, environment: { AWAY_DAYS: '30' } });
  const visitor = new Visitor(example);
  await send(visitor, `${example.url}/sign-in`, { name: 'ada' });
  expect(await (await send(visitor, `${example.url}/accounts`)).json()).toEqual([]);

  const { id, account } = (await (await visitor.connect({ away: 30 })).json()) as Connection;
  const accounts = await (await send(visitor, `${example.url}/accounts`)).json();
  expect(accounts).toEqual([{ id, environment: 'paper', account }]);
  await expect.poll(example.output, { timeout: 20_000 }).toContain(`rebalanced ${account.number} 200\n`);
  expect(example.output()).toContain('counted connected true\n');
});
