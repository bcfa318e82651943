import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../kit/store.js';

/** What a reseller's API user signs in with; fixed, as everything in the sandbox is fictional. */
export const API_ACCESS = {
  user: 'demo-reseller.API',
  password: 'Sandbox-Password-1',
  subscriptionKey: '5a4d8b0e6f7142c39a1b2c3d4e5f6071',
  marketplace: 'demo',
} as const;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Issues and checks the API's bearer tokens: signed, opaque to the caller, timed by real time whatever the sandbox
 * clock says (DESIGN §9). They outlive a restart, as the key is kept in the store.
 */
export class ApiTokens {
  constructor(private readonly store: Store) {}

  /** A token that is good for so many seconds from now. */
  issue(seconds: number): string {
    const now = Math.floor(Date.now() / 1000);
    const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
      sub: API_ACCESS.user,
      iat: now,
      exp: now + seconds,
      epoch: this.epoch(),
      jti: randomBytes(9).toString('base64url'),
    })}`;
    return `${body}.${this.sign(body)}`;
  }

  /** Why a token is not accepted, or undefined when it is. */
  refusal(token: string): string | undefined {
    const [head = '', claims = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.sign(`${head}.${claims}`));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'The token is not valid.';
    const { exp, epoch } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number; epoch: number };
    if (epoch !== this.epoch()) return 'The token was revoked.';
    return exp * 1000 <= Date.now() ? 'The token has expired.' : undefined;
  }

  /** Makes every token issued so far worthless. */
  revokeAll(): void {
    this.store.write('tokens:epoch', this.epoch() + 1);
  }

  private epoch(): number {
    return this.store.read('tokens:epoch', 0);
  }

  private sign(body: string): string {
    let key = this.store.read('tokens:key', '');
    if (key === '') this.store.write('tokens:key', (key = randomBytes(32).toString('base64url')));
    return createHmac('sha256', key).update(body).digest('base64url');
  }
}
