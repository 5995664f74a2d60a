import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { requestView } from '../../../server/session/cookie.ts';

const https = new URL('https://connect.example.com');
const request = { session: 'theirs', cookies: 'theirs', url: '/path', secure: false } as unknown as Request;

describe('requestView()', () => {
  it('shows the request, without the session and cookies that the app around it put there', () => {
    const view = requestView(request, https);
    expect(view).toMatchObject({ url: '/path', secure: false });
    expect(view.session).toBeUndefined();
    expect(view.cookies).toBeUndefined();
  });

  it('keeps what is written to it from the request', () => {
    const view = requestView(request, https);
    Object.assign(view, { session: 'ours', sessionID: 'ours' });
    expect(view.session).toBe('ours');
    expect(request.session).toBe('theirs');
    expect(request).not.toHaveProperty('sessionID');
  });

  it('counts as secure on plain-http loopback', () => {
    expect(requestView(request, new URL('http://localhost:3000')).secure).toBe(true);
    expect(request.secure).toBe(false);
  });
});
