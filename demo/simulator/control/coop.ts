/** The values of the `Cross-Origin-Opener-Policy` header. */
export const COOP_VALUES = [
  'unsafe-none',
  'same-origin-allow-popups',
  'same-origin',
  'noopener-allow-popups',
] as const;
export type Coop = (typeof COOP_VALUES)[number];
