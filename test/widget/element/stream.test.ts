import { expect } from '@open-wc/testing';
import type { AlpacaConnectElement } from '../../../widget/alpaca-connect-element.ts';
import type { StreamEvent } from '../../../widget/index.ts';
import { errorAnswer, paper } from './fake-server.ts';
import { reach, Stage } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.strike());

const revokedAt = '2026-08-02T12:00:00Z';
const fill = { event: 'fill', order: { id: 'o1', client_order_id: 'c1', symbol: 'AAPL', status: 'filled' } };

/** Has the server answer with these events, and then listen for as long as the page does. */
function serve(...events: string[]): void {
  stage.server.overrides.set('GET /paper/stream', (signal) => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(events.join('')));
        signal?.addEventListener('abort', () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  });
}

function message(name: string, data: object): string {
  return `event: ${name}\nid: e-1\ndata: ${JSON.stringify(data)}\n\n`;
}

async function connected(): Promise<AlpacaConnectElement> {
  stage.server.connections = [paper];
  return stage.element();
}

async function take(events: AsyncGenerator<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const taken: StreamEvent[] = [];
  while (taken.length < count) taken.push((await events.next()).value);
  return taken;
}

describe('<alpaca-connect>.stream()', () => {
  it('yields the trade updates', async () => {
    serve(message('status', { state: 'open' }), message('fill', fill));
    const events = (await connected()).stream('paper');
    expect(await take(events, 3)).to.deep.equal([
      { type: 'status', state: 'connecting' },
      { type: 'status', state: 'open' },
      { type: 'update', id: 'e-1', update: fill },
    ]);
    await events.return();
  });

  it('turns to expired when Alpaca revokes the connection', async () => {
    const element = await connected();
    serve(message('end', { code: 'connection_revoked', message: 'Reconnect.' }));
    stage.server.connections = [{ ...paper, revokedAt }];
    const events = element.stream('paper');
    expect((await take(events, 2))[1]).to.include({ type: 'end', message: 'Reconnect.' });
    await reach(element, 'expired');
    expect((await events.next()).done).to.equal(true);
  });

  it('says so when nothing is connected, and asks no second time', async () => {
    stage.server.overrides.set('GET /paper/stream', () =>
      errorAnswer(401, 'not_connected', 'Connect first.'),
    );
    const element = await stage.element();
    const seen: StreamEvent[] = [];
    for await (const event of element.stream('paper')) seen.push(event);
    expect(seen.at(-1)).to.deep.equal({ type: 'end', code: 'not_connected', message: 'Connect first.' });
    expect(element.state).to.equal('idle');
    expect(stage.server.requests.filter((line) => line.endsWith('/stream'))).to.have.length(1);
  });

  it('ends with its signal', async () => {
    const element = await connected();
    serve(message('status', { state: 'open' }));
    const stop = new AbortController();
    const events = element.stream('paper', { signal: stop.signal });
    await take(events, 2);
    const next = events.next();
    stop.abort();
    expect((await next).done).to.equal(true);
  });

  it('names the environments that there are, to a page that asks for both', async () => {
    const element = await stage.element('environment="both"');
    expect(() => element.stream(element.environment as 'paper')).to.throw(TypeError, '"paper" or "live"');
  });
});
