/** The longest pause that failures stretch a poll to, in milliseconds. */
const LONGEST_PAUSE = 60_000;

interface PollOptions {
  /** Milliseconds between the end of one run and the start of the next. */
  every: number;
  /** Ends the poll. */
  signal: AbortSignal;
  /** Whether the next run can be left out, because something else brings the news. Asked before each but the first. */
  spared?: () => boolean;
  /** What tells whether anybody looks. */
  page?: Pick<Document, 'hidden' | 'addEventListener'>;
}

/**
 * Runs `job` at once and then again and again, never twice at a time and never while the page is hidden.
 * A job that resolves to false did not succeed; each such run in a row doubles the pause, so that a rate limit can recover.
 * @returns a function that runs the job now, or right after the run under way
 */
export function poll(job: () => Promise<boolean>, options: PollOptions): () => void {
  const { every, signal, spared = () => false, page = document } = options;
  let pause = every;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let wanted = false;
  let failed = false;

  function run(): void {
    clearTimeout(timer);
    wanted = true;
    if (!running) void runWhileWanted();
  }

  async function runWhileWanted(): Promise<void> {
    running = true;
    while (wanted && !signal.aborted && !page.hidden) {
      wanted = false;
      failed = !(await job());
      pause = failed ? Math.min(pause * 2, LONGEST_PAUSE) : every;
    }
    running = false;
    wait();
  }

  function wait(): void {
    if (!signal.aborted && !page.hidden) timer = setTimeout(runUnlessSpared, pause);
  }

  function runUnlessSpared(): void {
    // A job that failed has to run again, whatever else brings news.
    if (spared() && !failed) wait();
    else run();
  }

  page.addEventListener('visibilitychange', run, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  run();
  return run;
}
