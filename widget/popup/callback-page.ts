/**
 * The script of the popup's last page, on the server's origin. It hands the sealed grant to the page on the first way
 * that works, each acknowledged: a message to the opener, a channel of the shared origin, the mailbox on the server.
 * It never throws for want of an opener, and closes the window whether or not the page still lives.
 */
import type { CallbackPageData, MailboxDeposit } from '../../server/contract.ts';
import { popup as popupMessages } from '../messages/en.ts';
import { openerOn, pause, postJson, readPageData, say } from './popup-page.ts';
import {
  listenToPeer,
  type OutcomeMessage,
  type PopupMessage,
  readPopupMessage,
  tellPeer,
} from './protocol.ts';

const ACKNOWLEDGED_WITHIN_MS = 1_000;
const CLOSED_WITHIN_MS = 300;

void finish(readPageData());

async function finish({ origin, mount, ...outcome }: CallbackPageData): Promise<void> {
  const delivered = (await tellPage(origin, outcome)) || (await leaveInMailbox(mount, outcome));
  window.close();
  await pause(CLOSED_WITHIN_MS);
  say(delivered ? popupMessages.done : popupMessages.notDelivered);
}

/** Whether the page acknowledged the outcome in time. */
async function tellPage(origin: string, outcome: Omit<OutcomeMessage, 'type'>): Promise<boolean> {
  const message: OutcomeMessage = { type: 'alpaca-connect:outcome', ...outcome };
  const ways = [tellOpener(origin, message), tellChannel(origin, message)].filter((way) => way !== undefined);
  if (ways.length === 0) return false;
  // Not `race`: a browser that refuses the channel must not stop the other way.
  return Promise.any([...ways, pause(ACKNOWLEDGED_WITHIN_MS).then(() => false)]);
}

function tellOpener(origin: string, outcome: OutcomeMessage): Promise<true> | undefined {
  const opener = openerOn(origin);
  if (!opener) return undefined;
  return new Promise((resolve) => {
    listenToPeer(opener, (message) => isReceipt(message, outcome) && resolve(true));
    tellPeer(opener, outcome);
  });
}

/** Browsers hand a channel's messages only to the same origin, so it is of no use to a page elsewhere. */
function tellChannel(origin: string, outcome: OutcomeMessage): Promise<true> | undefined {
  if (origin !== window.origin) return undefined;
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(`alpaca-connect:${outcome.attempt}`);
    channel.addEventListener('message', ({ data }) => {
      if (isReceipt(readPopupMessage(data), outcome)) resolve(true);
    });
    channel.postMessage(outcome);
  });
}

function isReceipt(message: PopupMessage | undefined, { attempt }: OutcomeMessage): boolean {
  return message?.type === 'alpaca-connect:received' && message.attempt === attempt;
}

/** The page collects it as soon as it sees that it lost sight of this window. Whether the server took it. */
async function leaveInMailbox(
  mount: string,
  { attempt, grant }: { attempt: string; grant: string },
): Promise<boolean> {
  const deposit: MailboxDeposit = { grant };
  try {
    return (await postJson(`${mount}/mailbox/${encodeURIComponent(attempt)}`, deposit)).ok;
  } catch {
    return false;
  }
}
