import { type AddressInfo, createServer } from 'node:net';

/**
 * Stands for Alpaca: answers every request at once with the same kilobyte of JSON. It reads no more of a request than where
 * it ends, so that it takes as little of the machine as possible from what is measured.
 */
const HEAD_END = '\r\n\r\n';
const body = JSON.stringify({ id: 'x'.repeat(36), account_number: 'PA1', cash: '100000', more: '' });
const kilobyte = body.replace('"more":""', `"more":"${'y'.repeat(1_024 - body.length)}"`);
const answer = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json; charset=UTF-8',
    `Content-Length: ${kilobyte.length}`,
    'X-RateLimit-Limit: 200',
    'X-RateLimit-Remaining: 199',
    'X-Request-ID: 0123456789abcdef0123456789abcdef',
    'Connection: keep-alive',
    'Keep-Alive: timeout=60',
    '',
    kilobyte,
  ].join('\r\n'),
);

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    const requests = (rest + text).split(HEAD_END);
    rest = requests.pop() ?? '';
    for (const _ of requests) socket.write(answer);
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
