/** One thing that `npm run check` looked at. */
export type Finding =
  | { level: 'ok'; what: string }
  /** A problem will fail; a warning may be meant, or cannot be decided from here. */
  | { level: 'warning' | 'problem'; what: string; remedy: string };
