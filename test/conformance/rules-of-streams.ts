import { expectThat, type Rule, within } from './rule.ts';

/** Trade updates, as server-sent events. */
export const rulesOfStreams: readonly Rule[] = [
  {
    id: 'stream',
    says: 'A stream is text/event-stream, never stored, and begins with the event status.',
    async check(world) {
      const client = world.client();
      await world.connect(client);
      const stream = client.listen('/paper/stream');
      try {
        const { status, headers } = await stream.opened;
        expectThat(
          status === 200 && /^text\/event-stream/.test(headers['content-type'] ?? ''),
          `${status} ${headers['content-type']}`,
          'Answer 200 text/event-stream.',
        );
        expectThat(
          /no-store/.test(headers['cache-control'] ?? ''),
          `Cache-Control: ${headers['cache-control']}`,
          'Send no-store.',
        );
        const began = await within(10_000, () => /event: \w+/.test(stream.text()));
        expectThat(
          began && /^(?:(?:retry|id): .*\n+)*event: status\n/.test(stream.text()),
          stream.text().slice(0, 80) || 'nothing',
          'Send the event status first.',
        );
      } finally {
        stream.leave();
      }
    },
  },
  {
    id: 'stream-updates',
    says: 'A trade update arrives as an event of its own name, with an id.',
    async check(world) {
      const client = world.client();
      await world.connect(client, { scope: 'trading' });
      const stream = client.listen('/paper/stream');
      try {
        await stream.opened;
        const isOpen = await within(10_000, () => stream.text().includes('"open"'));
        expectThat(isOpen, stream.text().slice(-80), 'Say {"state":"open"} once Alpaca is heard.');
        const body = { symbol: 'AAPL', qty: '1', side: 'buy', type: 'market', time_in_force: 'day' };
        await client.call('/paper/v2/orders', { method: 'POST', body });
        const came = await within(10_000, () =>
          /^id: \S+\nevent: new\ndata: \{.*"order"/m.test(stream.text()),
        );
        expectThat(came, stream.text().slice(-120), 'Relay it as id, event (its name) and data.');
      } finally {
        stream.leave();
      }
    },
  },
  {
    id: 'stream-ends',
    says: 'A stream ends within a second of the disconnect.',
    async check(world) {
      const client = world.client();
      const { json } = await world.connect(client);
      const stream = client.listen('/paper/stream');
      await stream.opened;
      let isOver = false;
      void stream.ended.then(() => {
        isOver = true;
      });
      await within(10_000, () => /event: status/.test(stream.text()));
      await client.call(`/connections/${json['id']}`, { method: 'DELETE' });
      const ended = await within(1_000, () => isOver);
      stream.leave();
      expectThat(ended, 'still open after a second', 'End the streams of a connection that is forgotten.');
    },
  },
];
