import { describe, expect, it } from 'vitest';
import { TokenCache } from './simple-api.tokens.js';
import { stubAccess } from './testing/stub-marketplace.js';

const access = stubAccess('http://127.0.0.1:1');

describe('TokenCache', () => {
  it('keeps nothing of a sign-in that failed', async () => {
    const cache = new TokenCache();
    await expect(cache.tokenFor(access, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await cache.tokenFor(access, () => Promise.resolve({ token: 'b', expiresInSeconds: 100 }))).toBe('b');
  });

  it('does not drop a token that is newer than the refused one', async () => {
    const cache = new TokenCache();
    await cache.tokenFor(access, () => Promise.resolve({ token: 'new', expiresInSeconds: 100 }));
    cache.refuse(access, 'old');
    expect(await cache.tokenFor(access, () => Promise.reject(new Error('not asked')))).toBe('new');
    cache.refuse(access, 'new');
    await expect(cache.tokenFor(access, () => Promise.reject(new Error('asked')))).rejects.toThrow('asked');
  });
});
