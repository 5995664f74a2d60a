import { createServer } from 'node:net';

/**
 * @throws Error that names every port which something else already listens on.
 */
export async function requireFreePorts(addresses: readonly string[]): Promise<void> {
  const taken: string[] = [];
  for (const address of addresses) {
    const { hostname, port } = new URL(address);
    if (!(await isFree(hostname, Number(port)))) taken.push(port);
  }
  if (taken.length === 0) return;
  const what = taken.length === 1 ? `Port ${taken[0]} is` : `Ports ${taken.join(', ')} are`;
  throw new Error(`${what} taken. Stop what listens there (is another demo running?) and try again.`);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
