/** The longest pause that failures stretch a poll to, in milliseconds. */
const LONGEST_PAUSE = 60_000;

interface PollOptions {
  /** Milliseconds between the end of one run and the start of the next. */
  every: number;
  /** Ends the poll. */
  signal: AbortSignal;
  /** What tells whether anybody looks. */
  page?: Pick<Document, 'hidden' | 'addEventListener'>;
}

/**
 * Runs `job` at once and then again and again, never twice at a time and never while the page is hidden.
 * A job that resolves to false did not succeed; each such run in a row doubles the pause, so that a rate limit can recover.
 * @returns a function that runs the job now, or right after the run under way
 */
export function poll(job: () => Promise<boolean>, options: PollOptions): () => void {
  const { every, signal, page = document } = options;
  let pause = every;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let wanted = false;

  function run(): void {
    clearTimeout(timer);
    wanted = true;
    if (!running) void runWhileWanted();
  }

  async function runWhileWanted(): Promise<void> {
    running = true;
    while (wanted && !signal.aborted && !page.hidden) {
      wanted = false;
      pause = (await job()) ? every : Math.min(pause * 2, LONGEST_PAUSE);
    }
    running = false;
    if (!signal.aborted && !page.hidden) timer = setTimeout(run, pause);
  }

  page.addEventListener('visibilitychange', run, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  run();
  return run;
}
