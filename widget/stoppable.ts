/**
 * What `listen` yields until `stopped` aborts: with the caller's signal, or with `return()`. A generator's own `return()` waits
 * for the `next()` before it, which may wait for hours.
 */
export function stoppable<Event>(
  listen: (stopped: AbortSignal) => AsyncGenerator<Event, void, undefined>,
  signal?: AbortSignal,
): AsyncGenerator<Event, void, undefined> {
  const stop = new AbortController();
  const events = listen(signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
  const finish = events.return.bind(events);
  events.return = (value) => {
    stop.abort();
    return finish(value);
  };
  return events;
}
