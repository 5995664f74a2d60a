import type { ErrorAnswer } from '../server/contract.ts';

/** What the server says in an error body. Undefined for what is not the server's own, such as the page of a proxy in between. */
export async function errorAnswer(
  response: Response,
): Promise<Pick<ErrorAnswer, 'code' | 'message'> | undefined> {
  const { code, message }: Partial<ErrorAnswer> = (await response.json().catch(() => null)) ?? {};
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined;
}
