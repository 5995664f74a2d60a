#!/usr/bin/env node
/**
 * `npx connect-with-alpaca conformance https://host/alpaca`: tries a backend, in whatever language, against the contract. It
 * plays the widget, Alpaca (the simulator) and an attacker over HTTP, and prints one line for each rule.
 */
import { parseArgs } from 'node:util';
import { type Finding, openKit } from './run-rules.ts';

const USAGE = `Usage: connect-with-alpaca conformance <url> [--port 4010] [--host 127.0.0.1]

<url> is where the backend is mounted, such as http://localhost:3000/alpaca. The kit starts a simulated Alpaca on host and port,
prints the settings with which the backend has to use it, and waits until the backend answers. Never a backend with real accounts.
`;
/** For somebody to configure and start a backend. Milliseconds. */
const PATIENCE = 10 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '4010' }, host: { type: 'string', default: '127.0.0.1' } },
});
const [command, url = ''] = positionals;
if (command === 'conformance' && URL.canParse(url) && /^https?:/.test(url)) {
  process.exitCode = await run(url);
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

/** @returns the exit code: 0 when no rule is broken */
async function run(backend: string): Promise<number> {
  await using kit = await openKit(backend, { port: Number(values.port), host: values.host });
  const lines = Object.entries(kit.variables).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(
    `The backend needs these settings:\n\n${lines.join('\n')}\n\nWaiting for ${backend} …\n\n`,
  );
  await kit.untilAnswered(PATIENCE);
  const findings = await kit.run((finding) => process.stdout.write(`${lineOf(finding)}\n`));
  const broken = findings.filter((finding) => finding.broken).length;
  process.stdout.write(`\n${findings.length - broken} rules hold, ${broken} are broken.\n`);
  return broken === 0 ? 0 : 1;
}

function lineOf({ id, says, broken }: Finding): string {
  const outcome = broken ? `BROKEN  Seen: ${broken.seen}. ${broken.todo}` : 'ok';
  return `${id.padEnd(18)} ${says} ${outcome}`;
}
