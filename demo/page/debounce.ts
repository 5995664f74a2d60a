/** Runs `action` once it was not asked for during so many milliseconds, and never after `signal`. */
export function debounce(action: () => void, milliseconds: number, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return () => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(action, milliseconds);
  };
}
