import { type Html, html } from '../../demo/simulator/oauth/html.ts';

interface Box {
  x: number;
  title: string;
  lines: readonly string[];
}

/** An arrow between two of the boxes, by their places. */
interface Arrow {
  from: number;
  to: number;
  text: string;
}

const WIDTH = 960;
const BOX_WIDTH = 240;
const FIRST_ARROW = 150;
const STEP = 44;

/** In the order in which they happen. The access token is on numbers 6 and 9 only. */
const ARROWS: readonly Arrow[] = [
  { from: 0, to: 1, text: '1. press: popup opens, with a proof key (PKCE)' },
  { from: 0, to: 2, text: '2. sign-in and consent, at Alpaca only' },
  { from: 2, to: 0, text: '3. code, to the redirect URI' },
  { from: 0, to: 1, text: '4. sealed code and proof of the same page' },
  { from: 1, to: 2, text: '5. code and client secret' },
  { from: 2, to: 1, text: '6. access token' },
  { from: 1, to: 0, text: '7. which account; a session cookie' },
  { from: 0, to: 1, text: '8. request, without a token' },
  { from: 1, to: 2, text: '9. allowed request, with the token' },
  { from: 2, to: 1, text: '10. answer' },
  { from: 1, to: 0, text: '11. answer' },
];

/** The data flow as an SVG: who sends what to whom, from the first press to a request of the page. */
export function dataFlow(app: string): string {
  const boxes: readonly Box[] = [
    { x: 20, title: 'The person’s browser', lines: ['the page, and the popup', 'never has the token'] },
    { x: 360, title: `Server of ${app}`, lines: ['client secret, session keys', 'token: encrypted at rest'] },
    { x: 700, title: 'Alpaca', lines: ['password, accounts, orders', 'issues the token'] },
  ];
  const height = FIRST_ARROW + ARROWS.length * STEP + 20;
  const drawn = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(height)}" font-family="system-ui, sans-serif" font-size="14" role="img">
<title>${`Data flow of ${app}`}</title>
<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#333"/></marker></defs>
<rect width="${String(WIDTH)}" height="${String(height)}" fill="#fff"/>
${boxes.map((box) => boxOf(box, height))}
${ARROWS.map((arrow, row) => arrowOf(arrow, boxes, FIRST_ARROW + row * STEP))}
</svg>`;
  return String(drawn);
}

function middleOf({ x }: Box): number {
  return x + BOX_WIDTH / 2;
}

function boxOf(box: Box, height: number): Html {
  const middle = String(middleOf(box));
  return html`<line x1="${middle}" y1="100" x2="${middle}" y2="${String(height - 10)}" stroke="#bbb" stroke-dasharray="4 4"/>
<rect x="${String(box.x)}" y="14" width="${String(BOX_WIDTH)}" height="86" rx="8" fill="#f6f6f4" stroke="#333"/>
<text x="${middle}" y="40" text-anchor="middle" font-weight="600">${box.title}</text>
${box.lines.map((line, row) => html`<text x="${middle}" y="${String(62 + row * 20)}" text-anchor="middle" fill="#444">${line}</text>`)}
`;
}

function arrowOf({ from, to, text }: Arrow, boxes: readonly Box[], y: number): Html {
  const [start = 0, end = 0] = [from, to].map((place) => middleOf(boxes[place] as Box));
  return html`<line x1="${String(start)}" y1="${String(y)}" x2="${String(end)}" y2="${String(y)}" stroke="#333" marker-end="url(#head)"/>
<text x="${String((start + end) / 2)}" y="${String(y - 7)}" text-anchor="middle" stroke="#fff" stroke-width="4" paint-order="stroke">${text}</text>
`;
}
