import type { IncomingHttpHeaders } from 'node:http';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LARGEST_BODY, parseBodyFraming } from '../../../server/proxy/read-body.ts';

const json = { 'content-type': 'application/json' };

function judge(method: string, headers: IncomingHttpHeaders): unknown {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  Object.assign(request.headers, headers);
  try {
    return parseBodyFraming(request);
  } catch (error) {
    return error;
  }
}

describe('parseBodyFraming()', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'finds no body in a %s without framing or of length 0',
    (method) => {
      expect(judge(method, {})).toEqual({ kind: 'none' });
      expect(judge(method, { 'content-length': '0' })).toEqual({ kind: 'none' });
    },
  );

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('takes a %s with a Content-Length', (method) => {
    expect(judge(method, { ...json, 'content-length': '17' })).toEqual({ kind: 'sized', length: 17 });
  });

  it.each(['POST', 'PUT', 'PATCH'])('takes a chunked %s', (method) => {
    expect(judge(method, { ...json, 'transfer-encoding': 'chunked' })).toEqual({ kind: 'chunked' });
  });

  it.each(['GET', 'HEAD'])('refuses a %s with a body', (method) => {
    expect(judge(method, { ...json, 'content-length': '1' })).toMatchObject({
      status: 400,
      code: 'bad_request',
    });
    expect(judge(method, { ...json, 'transfer-encoding': 'chunked' })).toMatchObject({ status: 400 });
  });

  it('refuses a chunked DELETE', () => {
    expect(judge('DELETE', { ...json, 'transfer-encoding': 'chunked' })).toMatchObject({ status: 400 });
  });

  it.each([
    'xchunked',
    'Chunked',
    'chunked, identity',
    'identity, chunked',
    'gzip, chunked',
    'chunked, chunked',
    '',
  ])('refuses Transfer-Encoding %j', (transfer) => {
    expect(judge('POST', { ...json, 'transfer-encoding': transfer })).toMatchObject({ status: 400 });
  });

  it('refuses Transfer-Encoding beside Content-Length', () => {
    expect(judge('POST', { ...json, 'transfer-encoding': 'chunked', 'content-length': '3' })).toMatchObject({
      status: 400,
    });
    expect(judge('POST', { ...json, 'transfer-encoding': 'chunked', 'content-length': '0' })).toMatchObject({
      status: 400,
    });
  });

  it.each(['+5', '5,5', '0x5', '-1', '1e3', ' 5', '', '9'.repeat(16)])(
    'refuses Content-Length %j',
    (length) => {
      expect(judge('POST', { ...json, 'content-length': length })).toMatchObject({
        status: 400,
        code: 'bad_request',
      });
    },
  );

  it('refuses a declared length above the limit, and takes the limit itself', () => {
    expect(judge('POST', { ...json, 'content-length': String(LARGEST_BODY) })).toMatchObject({
      kind: 'sized',
    });
    expect(judge('POST', { ...json, 'content-length': String(LARGEST_BODY + 1) })).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;charset=utf-8'])(
    'takes Content-Type %j',
    (type) => {
      expect(judge('POST', { 'content-type': type, 'content-length': '1' })).toMatchObject({ kind: 'sized' });
    },
  );

  it.each([
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonp',
    'text/application/json',
  ])('refuses Content-Type %j', (type) => {
    const headers = { 'content-length': '1', ...(type === undefined ? {} : { 'content-type': type }) };
    expect(judge('POST', headers)).toMatchObject({ status: 415, code: 'bad_request' });
  });

  it('refuses a compressed body, whose encoding would not be passed on', () => {
    expect(judge('POST', { ...json, 'content-length': '1', 'content-encoding': 'gzip' })).toMatchObject({
      status: 415,
    });
  });
});
