import { type Setting, settings } from './config.ts';

/*
 * `npm run env-example`: prints `.env.example`, made from the table of settings.
 */

const INTRODUCTION = [
  '# Copy to .env and fill in. `npm run check` says what is missing or wrong; `npm start` serves.',
  '# Made from config.ts by `npm run env-example`: change it there.',
];

process.stdout.write(
  `${[...INTRODUCTION, ...Object.values<Setting>(settings).flatMap(linesOf)].join('\n')}\n`,
);

function linesOf({ section, variable, sentence, example, secret }: Setting): string[] {
  return [
    '',
    ...(section === undefined ? [] : [`# --- ${section} `.padEnd(118, '-'), '']),
    ...wrapped(sentence).map((line) => `# ${line}`),
    example === undefined ? `#${variable}=` : `${variable}=${example}`,
    ...(secret ? [`# Or a file that holds it: ${variable}_FILE=/run/secrets/…`] : []),
  ];
}

/** In lines of at most 116 characters. */
function wrapped(text: string): string[] {
  return text.match(/\S.{0,115}(?=\s|$)/g) ?? [];
}
