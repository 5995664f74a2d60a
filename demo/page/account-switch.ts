import type { Connection } from '../../server/contract.ts';
import type { AlpacaConnectElement } from '../../widget/alpaca-connect-element.ts';
import { findPart, writePart } from './find-part.ts';
import { showEach } from './show-each.ts';

/** `Paper ••ESK2` */
export function nameOfAccount({ environment, account }: Pick<Connection, 'environment' | 'account'>): string {
  const name = environment === 'live' ? 'Live' : 'Paper';
  return account.number === '' ? name : `${name} ••${account.number.slice(-4)}`;
}

/** Which of the connected accounts a desk shows. There is something to choose only where there are several. */
export class AccountSwitch {
  readonly #root: HTMLElement;
  readonly #connect: AlpacaConnectElement;
  #chosen: string | undefined;

  /** @param changed is called when the person chooses another account, by the switch or by connecting it */
  constructor(desk: HTMLElement, connect: AlpacaConnectElement, changed: () => void) {
    this.#root = findPart(desk, 'account-switch');
    this.#connect = connect;
    this.#root.addEventListener('change', ({ target }) => {
      this.#chosen = (target as HTMLInputElement).value;
      changed();
    });
    connect.addEventListener('alpaca-connected', ({ connection }) => {
      this.#chosen = connection.id;
      changed();
    });
  }

  /** Shows the choice, and answers what is chosen: the first account unless another was. */
  show(): Connection | undefined {
    const connections = this.#connect.connections.filter(({ revokedAt }) => revokedAt === undefined);
    const chosen = connections.find(({ id }) => id === this.#chosen) ?? connections[0];
    this.#root.hidden = connections.length < 2;
    showEach(
      findPart(this.#root, 'choices'),
      findPart(document, 'account-choice', HTMLTemplateElement),
      connections,
      {
        keyOf: ({ id }) => id,
        write: (row, connection) => {
          const radio = findPart(row, 'account', HTMLInputElement);
          radio.name = `account-${connection.environment}`;
          radio.value = connection.id;
          radio.checked = connection === chosen;
          writePart(row, 'account-name', nameOfAccount(connection));
        },
      },
    );
    return chosen;
  }
}
