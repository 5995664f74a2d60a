import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventBuffer } from '../../../server/trade-updates/event-stream.ts';

const numbersOf = (events: Buffer[] | undefined): (string | undefined)[] | undefined =>
  events?.map((bytes) => /^id: \w+-(\d+)$/m.exec(bytes.toString())?.[1]);

describe('EventBuffer', () => {
  it('after() gives exactly what came later, or nothing at all, for every place and every limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 60, max: 2_000 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 40 }),
        (events, bytes, sizes) => {
          const buffer = new EventBuffer({ events, bytes });
          const ids = [buffer.lastId];
          let kept: Buffer[] = [];
          for (const size of sizes) {
            kept.push(buffer.append('fill', '"'.padEnd(size, 'x')));
            ids.push(buffer.lastId);
            kept = kept.slice(-events);
            while (kept.reduce((sum, { length }) => sum + length, 0) > bytes) kept.shift();
          }
          ids.forEach((id, place) => {
            const missed = ids.length - 1 - place;
            expect(buffer.after(id)).toEqual(
              missed > kept.length ? undefined : kept.slice(kept.length - missed),
            );
          });
        },
      ),
    );
  });

  it('after() knows no id but its own', () => {
    const buffer = new EventBuffer();
    buffer.append('fill', '{}');
    const [epoch = ''] = buffer.lastId.split('-');
    expect(numbersOf(buffer.after(`${epoch}-0`))).toEqual(['1']);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `${epoch}-${text}`),
          fc
            .tuple(fc.stringMatching(/^[0-9a-f]{16}$/), fc.nat())
            .map(([other, place]) => `${other}-${place}`),
        ),
        (id) => {
          if (id !== `${epoch}-0` && id !== `${epoch}-1`) expect(buffer.after(id)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has another epoch each time', () => {
    expect(new EventBuffer().after(new EventBuffer().lastId)).toBeUndefined();
  });

  it('keeps nothing of an event that is larger than all of it, and says so', () => {
    const buffer = new EventBuffer({ events: 10, bytes: 100 });
    const before = buffer.lastId;
    buffer.append('fill', 'x'.repeat(200));
    expect(buffer.after(before)).toBeUndefined();
    expect(buffer.after(buffer.lastId)).toEqual([]);
  });
});
