import type { Coop } from '../../demo/simulator/index.ts';

/** A browser engine on this machine, and what is peculiar to it. */
export interface Engine {
  name: string;
  /** The Debian packages that bring it. */
  packages: readonly string[];
  isInstalled(): boolean;
  /** The values of Alpaca's Cross-Origin-Opener-Policy that cut the popup off in this engine. */
  severedBy: readonly Coop[];
  /** Whether it keeps the session of a page on another site than the server. */
  keepsForeignSession: boolean;
  /** Starts it, with a display and a window manager of its own: the focus means nothing without. */
  open(): Promise<Browser>;
  /** The same, as of a person who blocks all cookies. Chromium has its own test of that in test/flow. */
  openWithoutCookies?(): Promise<Browser>;
}

export interface Browser extends AsyncDisposable {
  /** Nothing is shared between profiles. Only one can be open at a time. */
  newProfile(): Promise<Profile>;
}

/** The cookies, the storage and the windows of one person. */
export interface Profile extends AsyncDisposable {
  /** Opens a tab, or another window, at this address. */
  open(url: string): Promise<View>;
  /** All tabs and windows. The same one is the same object each time. */
  views(): Promise<View[]>;
}

/** One tab or window. */
export interface View {
  /** Reads the address without running anything in the page: drivers lend what they run there the power of a click. */
  address(): Promise<string>;
  /** Runs a function in the page, where it knows nothing but its arguments, and resolves to what it answers. */
  run<Args extends Json[], Result>(
    script: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>>;
  /** Clicks, as the pointer does, on what `find` finds in the page. Resolves to whether it found anything. */
  click<Args extends Json[]>(find: (...args: Args) => Element | undefined, ...args: Args): Promise<boolean>;
  /** Presses a key, as the keyboard does. */
  pressKey(key: Key): Promise<void>;
  reload(): Promise<void>;
  close(): Promise<void>;
}

export type Key = 'Escape' | 'Tab' | 'Shift+Tab';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
