import { expect, it } from 'vitest';
import { openAttackStage, statusOf } from '../attack-stage.ts';

const PROBES = [
  ...[
    'kube-probe/1.30',
    'GoogleHC/1.0',
    'ELB-HealthChecker/2.0',
    'Prometheus/2.53',
    'Blackbox Exporter/0.25',
  ].map((agent) => `User-Agent: ${agent}`),
  ...[
    'X-Health-Check: 1',
    'X-Envoy-Expected-Rq-Timeout-Ms: 1',
    'X-Internal: true',
    'X-Forwarded-User: admin',
    'X-Probe: livez',
  ],
];
const GUARDED = [
  'GET /alpaca/connections',
  'DELETE /alpaca/connections/paper',
  'GET /alpaca/paper/v2/account',
  'POST /alpaca/paper/v2/orders',
  'GET /alpaca/livez',
  'GET /alpaca/paper/v2/account/livez',
];

/*
 * A gateway lets health checks pass without asking who they are, and tells them by a header that anybody can send
 * (oauth2-proxy GHSA-5hvv-m4w4-gf6v). Here no header opens anything: health is two exact paths, and they tell nothing.
 */
it(`requests dressed as health checks: ${GUARDED.length * PROBES.length} inputs, 0 upstream hits`, async () => {
  await using attack = await openAttackStage();
  const { host } = new URL(attack.stage.url);
  for (const line of GUARDED) {
    for (const probe of PROBES) {
      const lines = `Host: ${host}\r\nCookie: ${attack.cookie}\r\nConnection: close\r\n${probe}`;
      const answer = await attack.raw(`${line} HTTP/1.1\r\n${lines}\r\n\r\n`);
      expect([403, 404], `${line} ${probe}`).toContain(statusOf(answer));
    }
  }
  expect(attack.hits()).toBe(0);
});
