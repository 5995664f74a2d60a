/** The first SIGTERM or SIGINT stops gracefully; a second one stops at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let asked = false;
  const handle = (): void => {
    if (asked) process.exit(1);
    asked = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}
