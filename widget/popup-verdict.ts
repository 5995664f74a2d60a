/** What one look at the popup saw. */
export interface Glance {
  /** Milliseconds on any steady clock. */
  at: number;
  /** `popup.closed`: true after a real close, and also once a provider's COOP header cut the popup off. */
  closed: boolean;
  /** `popup.length`. The launch page holds exactly one frame, as a marker of its own. */
  frames: number;
  /** `document.hasFocus()` of the page. */
  focused: boolean;
}

/**
 * - `open`: the popup is there.
 * - `gone`: it looks closed; too early to say what that means.
 * - `severed`: it lives on, but out of reach. Its outcome comes through the server.
 * - `closed`: the person closed it.
 * - `opener_blocked`: this page's own COOP header cut it off before the handshake.
 */
export type Verdict = 'open' | 'gone' | 'severed' | 'closed' | 'opener_blocked';

/** A real close hands the focus back within about 60 ms; a machine under load takes its time. */
const FOCUS_RETURN_MS = 1_000;
/** How long "closed, and the page has the focus" has to hold before it counts as closed by the person. */
const STABLE_MS = 800;
/** How long the launch page's frame has to be gone: Chromium drops it up to 28 ms (36 runs) before a severing navigation shows. */
const COMMITTED_MS = 60;

/**
 * Decides what a popup that looks closed means. `closed` alone says nothing, because a provider that sends
 * Cross-Origin-Opener-Policy flips it while the person is still logging in; the page's focus tells the two apart.
 * Where the focus tells nothing (it never left the page, as in headless browsers), the navigation that `closed` came
 * with does: a popup that showed the provider's page in full and then flips was closed, one that flips on the way was cut off.
 */
export class PopupVerdict {
  #heard = false;
  #launched = false;
  #focusTells = false;
  #framelessSince: number | undefined;
  #committed = false;
  #goneSince: number | undefined;
  #focusedSince: number | undefined;

  /** The launch page spoke: this page and its popup can reach each other. */
  heard(): void {
    this.#heard = true;
  }

  /** The handshake is complete: the next navigation is the one to the provider. */
  launched(): void {
    this.#launched = true;
  }

  /** Judges one more glance. A verdict other than `open` and `gone` is final: do not look again. */
  look(glance: Glance): Verdict {
    if (!glance.focused) this.#focusTells = true;
    return glance.closed ? this.#lookAtGone(glance) : this.#lookAtOpen(glance);
  }

  #lookAtOpen({ at, frames }: Glance): Verdict {
    this.#framelessSince = this.#launched && frames !== 1 ? (this.#framelessSince ?? at) : undefined;
    if (this.#framelessSince !== undefined && at - this.#framelessSince >= COMMITTED_MS)
      this.#committed = true;
    return 'open';
  }

  #lookAtGone({ at, focused }: Glance): Verdict {
    this.#goneSince ??= at;
    this.#focusedSince = focused ? (this.#focusedSince ?? at) : undefined;
    const mayBeClosed = this.#focusTells || !this.#launched || this.#committed;
    if (!mayBeClosed) return 'severed';
    if (this.#focusedSince !== undefined) return at - this.#focusedSince >= STABLE_MS ? 'closed' : 'gone';
    if (at - this.#goneSince < FOCUS_RETURN_MS) return 'gone';
    return this.#heard ? 'severed' : 'opener_blocked';
  }
}
