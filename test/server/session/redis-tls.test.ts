import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../../demo/simulator/index.ts';
import { RedisClient } from '../../../server/session/redis-client.ts';
import { REDIS_START_TIMEOUT, startRedis } from '../../redis/start-redis.ts';
import { selfSignedCertificate } from '../../self-signed-certificate.ts';
import { freePort, startServerProcess, untilReady } from '../../server-process.ts';
import { stageEnvironment } from '../../stage.ts';

it('rediss:// refuses a certificate that nobody it trusts has signed, and accepts one that somebody has', {
  timeout: REDIS_START_TIMEOUT,
}, async () => {
  const { key, certificate } = certificateFiles();
  const [tlsPort, port] = [await freePort(), await freePort()];
  const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no'];
  await using _redis = await startRedis('--tls-port', `${tlsPort}`, ...files);
  const url = new URL(`rediss://localhost:${tlsPort}`);

  const client = new RedisClient(url);
  onTestFinished(() => client.close());
  const ping = client.run((redis) => redis.ping());
  await expect(ping).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

  await using simulator = await startSimulator();
  await using server = startServerProcess({
    ...stageEnvironment(simulator),
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: `${port}`,
    REDIS_URL: url.href,
    NODE_EXTRA_CA_CERTS: certificate,
  });
  await untilReady(server, `http://127.0.0.1:${port}`);
});

function certificateFiles(): { key: string; certificate: string } {
  const folder = mkdtempSync(join(tmpdir(), 'alpaca-connect-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const pem = selfSignedCertificate();
  writeFileSync(key, pem.key, { mode: 0o600 });
  writeFileSync(certificate, pem.cert);
  return { key, certificate };
}
