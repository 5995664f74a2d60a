import { describe, expect, it } from 'vitest';
import { checkSetup } from '../../server/check-setup.ts';
import { openStage } from '../stage.ts';

describe('checkSetup()', () => {
  it('finds nothing wrong with a server that works, and names the redirect URI to register', async () => {
    await using stage = await openStage();
    const findings = await checkSetup(stage.service.configuration);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings[0]?.what).toContain(`${stage.url}/alpaca/callback`);
  });

  it('tells an upstream that does not answer from a store that does not work, each with its remedy', async () => {
    await using stage = await openStage();
    const findings = await checkSetup({
      ...stage.service.configuration,
      sessionFile: '/dev/null/sessions.sqlite',
      dataUrl: new URL('http://127.0.0.1:1'),
    });
    const problems = findings.filter(({ ok }) => !ok);
    expect(problems).toHaveLength(2);
    expect(problems[0]?.remedy).toContain('SESSION_FILE');
    expect(problems[1]?.what).toContain('http://127.0.0.1:1');
    expect(problems[1]?.remedy).toMatch(/network/);
  });
});
