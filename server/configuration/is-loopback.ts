/**
 * True for a host that is this machine, where plain http is accepted: nothing crosses a network, and browsers count it as
 * trustworthy (W3C Secure Contexts section 3.1). `URL` has normalised the host: IPv4 is dotted decimal, names lower case.
 */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}
