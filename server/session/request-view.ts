import type { Request } from 'express';

/** What express-session reads and writes on a request. */
const ownProperties = ['session', 'sessionID', 'sessionStore', 'cookies', 'signedCookies'];

/**
 * A view on a request that is express-session's own. The app around a mounted router may use express-session, or
 * cookie-parser, itself: sharing `req.session` with it would put access tokens into that app's own session store.
 * @param publicUrl Where browsers reach this server: https, or plain http on a loopback host.
 */
export function requestView(request: Request, publicUrl: URL): Request {
  const view = Object.create(request) as Request;
  for (const name of ownProperties) Object.defineProperty(view, name, { value: undefined, writable: true });
  // express-session sends a Secure cookie only on a request that it takes for secure. Browsers count loopback as
  // trustworthy and keep such a cookie (W3C Secure Contexts section 3.1).
  if (publicUrl.protocol === 'http:') Object.defineProperty(view, 'secure', { value: true });
  return view;
}
