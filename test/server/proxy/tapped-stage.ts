import type { Api } from '../../../server/contract.ts';
import { openStage, type Stage } from '../../stage.ts';
import { Visitor } from '../../visitor.ts';
import { WireTap } from './wire-tap.ts';

/** A stage on which every request from our server to one of Alpaca's hosts is seen byte for byte. */
export class TappedStage implements AsyncDisposable {
  readonly stage: Stage;
  readonly taps: Readonly<Record<Api, WireTap>>;

  private constructor(stage: Stage, taps: Record<Api, WireTap>) {
    this.stage = stage;
    this.taps = taps;
    taps.paper.destination = stage.simulator.paperUrl;
    taps.live.destination = stage.simulator.liveUrl;
    taps.data.destination = stage.simulator.dataUrl;
  }

  /** `environment` changes variables of the server's environment. */
  static async open(environment: Record<string, string> = {}): Promise<TappedStage> {
    const [paper, live, data] = await Promise.all([WireTap.open(), WireTap.open(), WireTap.open()]);
    const stage = await openStage({
      environment: {
        ALPACA_PAPER_URL: paper.url,
        ALPACA_LIVE_URL: live.url,
        ALPACA_DATA_URL: data.url,
        ...environment,
      },
    });
    return new TappedStage(stage, { paper, live, data });
  }

  /** Somebody who connected a paper and a live account with this scope. */
  async connected(scope: string): Promise<Visitor> {
    const visitor = new Visitor(this.stage);
    const answer = await visitor.connect({ environment: 'both', scope });
    if (answer.status !== 201) throw new Error(`The connection failed: ${await answer.text()}`);
    return visitor;
  }

  /** What each host has seen since the last reset, as `paper GET /v2/account`. */
  hits(): string[] {
    return Object.entries(this.taps).flatMap(([api, { seen }]) =>
      seen.map(({ method, target }) => `${api} ${method} ${target}`),
    );
  }

  /** Forgets what was seen, here and at the simulator, and what the simulator counted against its rate limit. */
  reset(): void {
    for (const tap of Object.values(this.taps)) tap.seen.length = 0;
    this.stage.simulator.control.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stage[Symbol.asyncDispose]();
    for (const tap of Object.values(this.taps)) await tap[Symbol.asyncDispose]();
  }
}
