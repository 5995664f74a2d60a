import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConnectState } from './events.ts';

/** After the page has loaded. Frameworks that take over its HTML (hydration) complain of an attribute that they did not write. */
const HYDRATED_MS = 500;

/** The attribute `state` of an element, for the page's style sheets. Set as soon as no framework can mind. */
export class StateAttribute implements ReactiveController {
  readonly #host: HTMLElement;
  #state: ConnectState;
  #maySet = false;

  constructor(host: ReactiveControllerHost & HTMLElement, state: ConnectState) {
    this.#host = host;
    this.#state = state;
    host.addController(this);
  }

  hostConnected(): void {
    if (document.readyState === 'complete') this.#allow();
    else window.addEventListener('load', () => setTimeout(() => this.#allow(), HYDRATED_MS), { once: true });
  }

  set(state: ConnectState): void {
    this.#state = state;
    if (this.#maySet) this.#host.setAttribute('state', state);
  }

  #allow(): void {
    this.#maySet = true;
    this.set(this.#state);
  }
}
