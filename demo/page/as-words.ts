/** A name of Alpaca's as people read it: `done_for_day` is `Done for day`. */
export function asWords(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}
