/** One element's ear for what other elements and tabs of this origin connect or disconnect at the same server. */
export interface ConnectionNews {
  readonly server: string;
  /** Tells the others to look again. What is connected, only the server tells. */
  tell(): void;
  close(): void;
}

/** Calls `heard` when another element changed something, and when the page returns from the back-forward cache, deaf until then. */
export function connectionNews(server: string, heard: () => void): ConnectionNews {
  const channel = new BroadcastChannel(`alpaca-connect:${server}`);
  const returned = ({ persisted }: PageTransitionEvent) => persisted && heard();
  channel.addEventListener('message', heard);
  window.addEventListener('pageshow', returned);
  return {
    server,
    tell: () => channel.postMessage(0),
    close: () => {
      channel.close();
      window.removeEventListener('pageshow', returned);
    },
  };
}
