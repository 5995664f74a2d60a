import { randomBytes } from 'node:crypto';
import { sign } from 'cookie-signature';
import { type RecordBackend, RecordStore } from '../../server/session/records.ts';
import { Sealer } from '../../server/session/sealer.ts';
import { Sessions } from '../../server/session/sessions.ts';

/** Written at once. */
const BATCH = 200;

/**
 * Sessions of different people, put into the store of a server that has not started yet.
 * @param accounts How many connections each session has. Those of one are named `connection-0`, `connection-1` and so on.
 * @returns their cookies
 */
export async function plantSessions(
  backend: RecordBackend,
  key: Buffer,
  count: number,
  accounts = 1,
): Promise<string[]> {
  const sealer = new Sealer([key]);
  const records = new RecordStore({ backend, sealer });
  const sessions = new Sessions({ records, idle: 3_600_000, absolute: 86_400_000 });
  const plant = async (): Promise<string> => {
    const id = randomBytes(24).toString('base64url');
    const connections = Array.from({ length: accounts }, (_, index) => ({
      id: accounts === 1 ? id : `connection-${index}`,
      environment: 'paper' as const,
      account: {
        id: `${id}-${index}`,
        number: 'PA1',
        status: 'ACTIVE',
        currency: 'USD',
        tradingBlocked: false,
      },
      scope: 'trading data',
      connectedAt: new Date().toISOString(),
      accessToken: `b9f9d2c4-${id}-${index}`,
    }));
    await sessions.create(id, { cookie: {}, connections });
    return `alpaca.sid=${encodeURIComponent(`s:${sign(id, sealer.signingSecrets()[0] ?? '')}`)}`;
  };
  const cookies: string[] = [];
  while (cookies.length < count) {
    cookies.push(
      ...(await Promise.all(Array.from({ length: Math.min(BATCH, count - cookies.length) }, plant))),
    );
  }
  await records.close();
  return cookies;
}
