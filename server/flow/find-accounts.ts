import { z } from 'zod';
import type { Configuration } from '../configuration/configuration.ts';
import type { ConnectedAccount, Environment } from '../contract.ts';
import { PublicError } from '../errors/public-error.ts';
import { readRefusal } from '../proxy/alpaca-refusal.ts';
import { bearer } from '../proxy/upstream-request.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** The part of `GET /v2/account` that a connection keeps. */
const Account = z.object({
  id: z.string().min(1).max(100),
  account_number: z.string().min(1).max(100),
  status: z.string().max(100),
  currency: z.string().max(10),
});

/**
 * Which accounts a token covers: nothing but asking each environment tells (alpaca.md, Token). 200 means covered; 401 and
 * 403 mean not, if Alpaca says so itself. A gateway's page with that status says nothing about the token.
 * @throws PublicError 502 `provider_error` for any other answer.
 */
export async function findAccounts(
  configuration: Configuration,
  environments: readonly Environment[],
  accessToken: string,
): Promise<Map<Environment, ConnectedAccount>> {
  const bases = { paper: configuration.paperUrl, live: configuration.liveUrl };
  const found = await Promise.all(
    environments.map(async (environment) => {
      const account = await findAccount(bases[environment], accessToken);
      return account ? ([[environment, account]] as const) : [];
    }),
  );
  return new Map(found.flat());
}

async function findAccount(base: URL, accessToken: string): Promise<ConnectedAccount | undefined> {
  const url = `${base.href.replace(/\/$/, '')}/v2/account`;
  try {
    const response = await boundedFetch(url, {
      headers: { Authorization: bearer(accessToken), Accept: 'application/json' },
    });
    const isRefused = response.status === 401 || response.status === 403;
    if (isRefused && saysAnything(await response.text(), accessToken)) return undefined;
    if (response.status !== 200) throw new PublicError(502, 'provider_error', UNEXPECTED);
    const { id, account_number: number, status, currency } = Account.parse(await response.json());
    return { id, number, status, currency };
  } catch (error) {
    throw error instanceof PublicError
      ? error
      : new PublicError(502, 'provider_error', UNEXPECTED, { cause: error });
  }
}

function saysAnything(body: string, accessToken: string): boolean {
  const { about, words } = readRefusal(body, accessToken);
  return about !== 'unclear' || words !== '';
}

const UNEXPECTED =
  'Alpaca did not tell which account was connected. Nothing was connected. Try again in a moment.';
