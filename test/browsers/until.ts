const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 30;

/**
 * Asks until the answer is neither false nor undefined, and resolves to it.
 *
 * @throws Error that tells what was waited for, and the last error of `probe`.
 */
export async function until<T>(what: string, probe: () => Promise<T | false | undefined>): Promise<T> {
  const giveUp = Date.now() + PATIENCE_MS;
  let cause: unknown;
  do {
    try {
      const answer = await probe();
      if (answer !== false && answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  } while (Date.now() < giveUp);
  throw new Error(`Waited in vain for ${what}.`, { cause });
}
