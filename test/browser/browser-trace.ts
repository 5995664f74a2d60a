import type { Page } from 'puppeteer-core';

/** One event of Chromium's trace (Trace Event Format). Times are in microseconds, all on one clock. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  /** How long the thread had run by then, without what it waited for. */
  tts?: number;
  /** The same from its beginning to its end, for what has one. */
  dur?: number;
  tdur?: number;
  args: { data?: Record<string, unknown>; beginData?: Record<string, unknown>; fileName?: string };
}

/** A request of any page of the browser, as it was sent. */
interface TracedRequest {
  at: number;
  method: string;
  url: string;
}

interface TracedShift {
  at: number;
  /** Where the frame was when something moved in it. */
  url: string;
  /** How far something moved, in pixels. */
  distance: number;
  /** Whether a person had pressed something in that page within half a second before: then a shift is no surprise. */
  afterInput: boolean;
}

/** What the event loop did in one go. */
interface TracedTask {
  at: number;
  /** The scripts that ran in it, by address. */
  scripts: ReadonlySet<string>;
  /** Milliseconds of processor time, but for the opening of windows: the browser's own work, which no script can shorten. */
  cpu: number;
  /** The longest parts of it, for whoever has to find out why. */
  parts: string;
}

const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'loading',
  'v8',
  'blink.user_timing',
];
const MODULE = 'v8.compileModule';
const CONTINUES = new Set([
  'v8.evaluateModule',
  'RunMicrotasks',
  'BlinkScheduler_PerformMicrotaskCheckpoint',
]);
/** Marks of the page (User Timing) around each call of `window.open`. */
const [OPENS, OPENED] = ['window opens', 'window opened'];

/** What a browser did, in all its pages, told by its own trace. */
export class BrowserTrace {
  readonly #events: readonly TraceEvent[];
  readonly #threads = new Map<string, TraceEvent[]>();
  /** Where each frame went, in order. */
  readonly #commits: { at: number; frame: unknown; url: string }[];

  constructor(events: readonly TraceEvent[]) {
    this.#events = events.toSorted((one, other) => one.ts - other.ts);
    for (const event of this.#events) {
      const thread = `${event.pid}/${event.tid}`;
      const before = this.#threads.get(thread);
      if (before) before.push(event);
      else this.#threads.set(thread, [event]);
    }
    this.#commits = this.#named('CommitLoad').map(({ ts, args: { data } }) => ({
      at: ts,
      frame: data?.frame,
      url: String(data?.url),
    }));
  }

  /** Records all that happens in this page's browser while `act` runs, which goes to a page first of all. */
  static async of(page: Page, act: () => Promise<void>): Promise<BrowserTrace> {
    await page.evaluateOnNewDocument(markOpenings, OPENS, OPENED);
    await page.tracing.start({ categories: ['-*', ...CATEGORIES] });
    try {
      await act();
    } catch (error) {
      await page.tracing.stop();
      throw error;
    }
    const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop())) as {
      traceEvents: TraceEvent[];
    };
    return new BrowserTrace(traceEvents);
  }

  #named(name: string): TraceEvent[] {
    return this.#events.filter((event) => event.name === name);
  }

  /** When pages heard of a click. */
  clicks(): number[] {
    return this.#named('EventDispatch')
      .filter(({ args: { data } }) => data?.type === 'click')
      .map(({ ts }) => ts);
  }

  /** The requests of pages, documents and redirects included. What the browser's own pages ask of the browser is none. */
  requests(): TracedRequest[] {
    return this.#named('ResourceSendRequest')
      .map(({ ts, args: { data } }) => ({
        at: ts,
        method: String(data?.requestMethod),
        url: String(data?.url),
      }))
      .filter(({ url }) => url.startsWith('http'));
  }

  /** All that moved without being moved by a script or a scroll, in every frame. */
  shifts(): TracedShift[] {
    return this.#named('LayoutShift').map(({ ts, args }) => {
      const { data, frame } = args as { data: Record<string, unknown>; frame?: unknown };
      const url = this.#commits.findLast(
        (commit) => commit.at <= ts && commit.frame === (frame ?? data.frame),
      );
      return {
        at: ts,
        url: url?.url ?? '',
        distance: Number(data.overall_max_distance),
        afterInput: data.had_recent_input === true,
      };
    });
  }

  /** The tasks in which a script of one of these addresses ran, whatever else ran in them. */
  tasksOf(isOurs: (url: string) => boolean): TracedTask[] {
    return this.#named('RunTask')
      .map((task) => this.#describe(task))
      .filter(({ scripts }) => [...scripts].some(isOurs));
  }

  #describe(task: TraceEvent): TracedTask {
    const parts = this.#within(task);
    const scripts = new Set(parts.map(scriptOf).filter((url) => url !== ''));
    // The trace names no script where a module begins, or continues after an `await`: it is the last that came to this thread.
    if (scripts.size === 0 && parts.some(({ name }) => CONTINUES.has(name))) {
      const module = this.#threadOf(task).findLast(({ name, ts }) => name === MODULE && ts <= task.ts);
      if (module) scripts.add(String(module.args.fileName));
    }
    return {
      at: task.ts,
      scripts,
      cpu: ((task.tdur ?? 0) - threadTimeBetween(parts, OPENS, OPENED)) / 1_000,
      parts: parts
        .filter(({ tdur = 0 }) => tdur > 2_000)
        .map(({ name, tdur = 0 }) => `${name} ${Math.round(tdur / 1_000)}`)
        .join(', '),
    };
  }

  /** The events of the task's thread while it ran. */
  #within(task: TraceEvent): TraceEvent[] {
    const thread = this.#threadOf(task);
    return thread.slice(firstAfter(thread, task.ts), firstAfter(thread, task.ts + (task.dur ?? 0)));
  }

  #threadOf({ pid, tid }: TraceEvent): TraceEvent[] {
    return this.#threads.get(`${pid}/${tid}`) ?? [];
  }
}

/** Where the events later than this begin. They are in order, and there are hundreds of thousands. */
function firstAfter(events: readonly TraceEvent[], at: number): number {
  let [from, to] = [0, events.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((events[middle]?.ts ?? 0) > at) to = middle;
    else from = middle + 1;
  }
  return from;
}

function threadTimeBetween(events: readonly TraceEvent[], begin: string, end: string): number {
  const at = (wanted: string) => events.find(({ name }) => name === wanted)?.tts ?? 0;
  return at(end) - at(begin);
}

/** Runs in every page before any script of its own. */
function markOpenings(opens: string, opened: string): void {
  const { open } = window;
  window.open = (...request) => {
    performance.mark(opens);
    const popup = open.apply(window, request);
    performance.mark(opened);
    return popup;
  };
}

/** The address of the script that this event tells of, if it does. Of a script inside a page, that is the page's. */
function scriptOf({ name, args: { data, fileName = '' } }: TraceEvent): string {
  if (name === MODULE) return fileName;
  if (name === 'FunctionCall' || name === 'EvaluateScript') return String(data?.url ?? '');
  return '';
}
