import type { Connection } from '../../server/contract.ts';
import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { findPart, writePart } from './find-part.ts';
import { showEach } from './show-each.ts';

/** A connected account, and the element through which it is reached. */
export interface ConnectedAccount {
  connect: AlpacaConnectElement;
  connection: Connection;
  /** The name of the broker partner that it is at. Undefined for Alpaca itself. */
  partner: string | undefined;
}

/** `Paper ••ESK2`, or `Acme Invest Live ••0011` at a broker partner */
export function nameOfAccount({ connection, partner }: Omit<ConnectedAccount, 'connect'>): string {
  return [partner, shortNameOf(connection)].filter(Boolean).join(' ');
}

function shortNameOf({ environment, account }: Connection): string {
  const name = environment === 'live' ? 'Live' : 'Paper';
  return account.number === '' ? name : `${name} ••${account.number.slice(-4)}`;
}

/** All connected accounts side by side, of which the desk shows one. */
export class AccountSwitch {
  readonly #root: HTMLElement;
  #chosen: string | undefined;

  /** @param changed is called when the person chooses another account, by the switch or by connecting it */
  constructor(root: HTMLElement, changed: () => void) {
    this.#root = root;
    root.addEventListener('change', ({ target }) => {
      this.#chosen = (target as HTMLInputElement).value;
      changed();
    });
    document.addEventListener('alpaca-connected', ({ connection }) => {
      this.#chosen = connection.id;
      changed();
    });
  }

  /** Shows the choice, and answers what is chosen: what was, as long as it is connected, or else the first. */
  show(accounts: readonly ConnectedAccount[]): ConnectedAccount | undefined {
    const chosen = accounts.find(({ connection }) => connection.id === this.#chosen) ?? accounts[0];
    // Whatever another tab connects, the desk under the person's hands stays.
    this.#chosen = chosen?.connection.id;
    this.#root.hidden = accounts.length < 2;
    showEach(
      findPart(this.#root, 'choices'),
      findPart(document, 'account-choice', HTMLTemplateElement),
      accounts,
      {
        keyOf: ({ connection }) => connection.id,
        write: (row, account) => {
          const { connection, partner } = account;
          row.dataset['environment'] = connection.environment;
          const radio = findPart(row, 'account', HTMLInputElement);
          radio.value = connection.id;
          radio.checked = account === chosen;
          writePart(row, 'account-partner', partner ?? '');
          writePart(row, 'account-name', shortNameOf(connection));
        },
      },
    );
    return chosen;
  }
}
