/**
 * The first SIGTERM or SIGINT stops gracefully, and the process ends with code 0; a second one ends it at once, with 1.
 * @param stop Told which signal came: SIGTERM is sent by machines, SIGINT by somebody who waits for the prompt.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let asked = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    stop(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}
