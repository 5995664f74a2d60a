import { connect } from 'node:net';
import { openStage, type Stage, type StageOptions } from '../stage.ts';
import { Visitor } from '../visitor.ts';

export { statusOf } from '../server/proxy/proxy-harness.ts';

/** A whole stage on which somebody is connected, and whose attacker even has their cookie. */
export interface AttackStage extends AsyncDisposable {
  stage: Stage;
  /** The person who is connected. */
  victim: Visitor;
  /** The victim's `Cookie` header. */
  cookie: string;
  /** How many requests have reached Alpaca since the victim connected. */
  hits(): number;
  /** Writes bytes as they are, Latin-1, and resolves to all that came back before the server hung up. */
  raw(bytes: string): Promise<string>;
}

export async function openAttackStage(options: StageOptions = {}): Promise<AttackStage> {
  const stage = await openStage(options);
  const victim = new Visitor(stage);
  await victim.connect();
  const before = stage.simulator.control.requests.length;
  const { hostname, port } = new URL(stage.url);

  function raw(bytes: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(port), hostname).setEncoding('latin1');
      // How a connection ends is told by what came before: `close` follows in any case.
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('close', () => resolve(answer));
      socket.write(bytes, 'latin1');
    });
  }

  return {
    stage,
    victim,
    cookie: [...victim.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    hits: () => stage.simulator.control.requests.length - before,
    raw,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

/** What the victim's own page would send, cookie included: a request with these lines fails by the attack itself or not at all. */
export function victimLines({ stage, cookie }: Pick<AttackStage, 'stage' | 'cookie'>): string {
  const { host } = new URL(stage.url);
  return `Host: ${host}\r\nX-Alpaca-Connect: 1\r\nSec-Fetch-Site: same-origin\r\nCookie: ${cookie}\r\nConnection: close\r\n`;
}
