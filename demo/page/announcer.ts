/** Milliseconds between two announcements: a screen reader has to come to the end of the first. */
const PAUSE = 2_000;
/** More than these in one go are counted, not read out. */
const READ_OUT = 3;

/**
 * Has a screen reader say what happens, politely, and not faster than it can be listened to.
 * @param region a live region
 */
export function announcer(region: HTMLElement, signal: AbortSignal): (sentence: string) => void {
  const waiting: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  function speak(): void {
    timer = undefined;
    if (waiting.length === 0) return;
    region.textContent = summarise(waiting.splice(0));
    timer = setTimeout(speak, PAUSE);
  }

  return (sentence) => {
    waiting.push(sentence);
    if (timer === undefined) speak();
  };
}

/** `Bought 4 AAPL at $189.20. Cancelled: …`, or the last of many and how many there were before it. */
export function summarise(sentences: readonly string[]): string {
  const last = sentences.at(-1) ?? '';
  if (sentences.length <= READ_OUT) return sentences.join('. ');
  return `${sentences.length} order updates. Latest: ${last}`;
}
