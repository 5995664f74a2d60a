/**
 * The script of the popup's first page, on the server's origin. It asks its opener what to connect, has the server
 * make the attempt, and goes to Alpaca. Without an opener on the allow-list it goes nowhere: that stops a link to this
 * page from starting anything.
 */
import { calculatePKCECodeChallenge, generateRandomNonce } from 'oauth4webapi';
import type { AttemptAnswer, AttemptRequest } from '../../server/contract.ts';
import { enErrors, foreignAnswer, popup as popupMessages } from '../messages/en.ts';
import { fillIn } from '../messages/messages.ts';
import { openerOn, type PopupPageData, pause, postJson, readPageData, say } from './popup-page.ts';
import { type FailedMessage, listenToPeer, type Peer, type RequestMessage, tellPeer } from './protocol.ts';

const READY_EVERY_MS = 250;
const PATIENCE_MS = 10_000;
const CLOSE_AFTER_MS = 1_000;

/** What the server writes into the launch page. */
interface LaunchPageData extends PopupPageData {
  /** Whether the opener is of this server's site, as the browser said when it asked for this page. */
  sameSite: boolean;
}

void launch(readPageData());

async function launch({ origin, mount, sameSite }: LaunchPageData): Promise<void> {
  const opener = openerOn(origin);
  if (!opener) {
    say(popupMessages.noOpener);
    // Only a window that a script opened may close itself: whoever followed a link reads on.
    return window.close();
  }
  say(popupMessages.starting);
  document.body.append(markerFrame());

  const impatience = setTimeout(() => say(popupMessages.noAnswer), PATIENCE_MS);
  const request = await requestOf(opener);
  clearTimeout(impatience);
  const { pageNonce } = request;
  try {
    const answer = await startAttempt(`${mount}/attempts`, request, { origin, sameSite });
    // Without the cookie of this answer, the callback could not know the attempt again.
    if (!keepsCookies()) throw { code: 'cookies_blocked', message: enErrors.cookies_blocked };
    // base64url(SHA-256(state)): the page gets to know which attempt this is, but not `state` itself.
    const attempt = await calculatePKCECodeChallenge(answer.state);
    await acknowledged(opener, { pageNonce, attempt });
    location.replace(answer.authorizationUrl);
  } catch (error) {
    await fail(opener, pageNonce, error);
  }
}

/** Lets the page see, by `popup.length`, whether this page still shows. Readable from every origin. */
function markerFrame(): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.hidden = true;
  return frame;
}

/** Says `ready` until the opener answers this very page. */
function requestOf(opener: Peer): Promise<RequestMessage> {
  const launchNonce = generateRandomNonce();
  return new Promise((resolve) => {
    const heard = new AbortController();
    const ready = () => tellPeer(opener, { type: 'alpaca-connect:ready', launchNonce });
    const timer = setInterval(ready, READY_EVERY_MS);
    listenToPeer(
      opener,
      (message) => {
        if (message.type !== 'alpaca-connect:request' || message.launchNonce !== launchNonce) return;
        clearInterval(timer);
        heard.abort();
        resolve(message);
      },
      heard.signal,
    );
    ready();
  });
}

/** Whether the browser keeps cookies for this site. Chromium's `navigator.cookieEnabled` is true whatever the person set. */
function keepsCookies(): boolean {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is younger than the browsers that are supported.
  document.cookie = 'alpaca.kept=1; Max-Age=5';
  return document.cookie.includes('alpaca.kept');
}

async function startAttempt(
  url: string,
  request: RequestMessage,
  opener: Pick<AttemptRequest, 'origin' | 'sameSite'>,
): Promise<AttemptAnswer> {
  const { provider, environment, scope, away, codeChallenge, disclosure } = request;
  const body: AttemptRequest = {
    environment,
    codeChallenge,
    ...opener,
    ...(provider === undefined ? {} : { provider }),
    ...(scope === undefined ? {} : { scope }),
    ...(away === undefined ? {} : { away }),
    ...(disclosure === undefined ? {} : { disclosure }),
  };
  const response = await postJson(url, body);
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && isAttemptAnswer(answer)) return answer;
  throw isFailure(answer) ? answer : answeredBySomebodyElse(response);
}

function isAttemptAnswer(answer: unknown): answer is AttemptAnswer {
  const { authorizationUrl, state } = (answer ?? {}) as Partial<AttemptAnswer>;
  return typeof authorizationUrl === 'string' && typeof state === 'string';
}

/** Leaves only once the page knows the attempt: Alpaca's page may cut the two apart, and later is too late. */
function acknowledged(opener: Peer, started: { pageNonce: string; attempt: string }): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    listenToPeer(
      opener,
      (message) => {
        if (message.type !== 'alpaca-connect:received' || message.attempt !== started.attempt) return;
        done.abort();
        resolve();
      },
      done.signal,
    );
    tellPeer(opener, { type: 'alpaca-connect:started', ...started });
  });
}

/** The page closes this window when it hears of the failure; a window that stays says the same in words. */
async function fail(opener: Peer, pageNonce: string, error: unknown): Promise<void> {
  const { code, message, foreignStatus } = isFailure(error)
    ? error
    : { code: 'network', message: popupMessages.network };
  say(message);
  tellPeer(opener, { type: 'alpaca-connect:failed', pageNonce, code, message, foreignStatus });
  await pause(CLOSE_AFTER_MS);
  window.close();
}

/** Why there is no attempt. Most are an `ErrorAnswer` of the server. */
type Failure = Pick<FailedMessage, 'code' | 'message' | 'foreignStatus'>;

function isFailure(error: unknown): error is Failure {
  const { code, message } = (error ?? {}) as Partial<Failure>;
  return typeof code === 'string' && typeof message === 'string';
}

function answeredBySomebodyElse(response: Response): Failure {
  const status = String(response.status);
  return { code: 'network', message: fillIn(foreignAnswer, { status }), foreignStatus: status };
}
