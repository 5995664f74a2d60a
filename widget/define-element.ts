import { AlpacaConnectElement, version } from './alpaca-connect-element.ts';
import { takeGrant } from './connect-by-redirect.ts';

/** Registers the element, unless the page has one already or there is no page: safe to call on a server. */
export function defineElement(): void {
  if (typeof customElements === 'undefined') return;
  takeGrant();
  const existing = customElements.get('alpaca-connect') as { version?: string } | undefined;
  if (!existing) {
    customElements.define('alpaca-connect', AlpacaConnectElement);
  } else if (existing.version !== version) {
    // biome-ignore lint/suspicious/noConsole: only the developer can fix this, and only the console reaches one.
    console.warn(
      `<alpaca-connect> ${version} was not registered: this page already has version ${existing.version ?? 'unknown'}. Load the script once.`,
    );
  }
}
