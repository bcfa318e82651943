import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import type { Store } from '../kit/store.js';

/** A role the host signs a user in with (FEATURES INS-11). */
export type Role = 'viewer' | 'operator' | 'admin';
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

/** What a lifecycle call is signed for. */
export interface LifecycleClaims {
  /** The extension's base URL. */
  audience: string;
  installationId: string;
  eventId: string;
  /** The exact body; its hash travels in the signature. */
  rawBody: string;
  /** Lifetime in seconds; negative makes an expired one. */
  seconds?: number;
}

const LIFETIME_SECONDS = 60;
const KEY = 'host:key';

/**
 * The host's identity: an ES256 key that signs lifecycle calls, published as JWKS, and the tokens of signed-in users.
 * The key is made once and kept in the store, also over a reset, because verifiers cache it. Times are real time.
 */
export class HostIdentity {
  private constructor(
    private readonly jwk: JWK,
    private readonly origin: () => string,
  ) {}

  /** Reads the key from the store, making it first if there is none. */
  static async open(store: Store, origin: () => string): Promise<HostIdentity> {
    let jwk = store.read<JWK | undefined>(KEY, undefined);
    if (!jwk) {
      jwk = await newKey();
      store.write(KEY, jwk);
    }
    return new HostIdentity(jwk, origin);
  }

  /** Writes the key back after the store was emptied. */
  keepIn(store: Store): void {
    store.write(KEY, this.jwk);
  }

  /** The public key set, as served at `/.well-known/jwks.json`. */
  jwks(): { keys: JWK[] } {
    const { d: _private, ...open } = this.jwk;
    return { keys: [{ ...open, alg: 'ES256', use: 'sig' }] };
  }

  /**
   * The JWT of a lifecycle call: iss = host origin, aud = extension base URL, sub = installation, jti = event,
   * bodyHash = base64url(SHA-256 of the raw body), at most 120 s (reference §6.5).
   *
   * @param forged sign with a key nobody published, under the published key's id.
   */
  async signLifecycle(claims: LifecycleClaims, forged = false): Promise<string> {
    const jwk = forged ? await newKey() : this.jwk;
    const now = Math.floor(Date.now() / 1000);
    const exp = now + (claims.seconds ?? LIFETIME_SECONDS);
    return new SignJWT({ bodyHash: createHash('sha256').update(claims.rawBody).digest('base64url') })
      .setProtectedHeader({ alg: 'ES256', kid: this.jwk.kid!, typ: 'JWT' })
      .setIssuer(this.origin())
      .setAudience(claims.audience)
      .setSubject(claims.installationId)
      .setJti(claims.eventId)
      .setIssuedAt(Math.min(now, exp - LIFETIME_SECONDS))
      .setExpirationTime(exp)
      .sign(await importJWK(jwk, 'ES256'));
  }

  /**
   * A user's token for the extension's API: HS256 with the installation's shared secret (DESIGN §10).
   *
   * @param seconds lifetime; the extension accepts at most 120, a negative one has expired.
   */
  async userToken(of: {
    sharedSecret: string;
    extensionKey: string;
    installationId: string;
    userId: string;
    role: Role;
    seconds: number;
  }): Promise<{ token: string; expiresAt: string }> {
    const now = Math.floor(Date.now() / 1000);
    const exp = now + of.seconds;
    const issued = Math.min(now, exp - 1);
    const token = await new SignJWT({ dest: of.installationId, role: of.role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(this.origin())
      .setAudience(of.extensionKey)
      .setSubject(of.userId)
      .setJti(randomUUID())
      .setIssuedAt(issued)
      .setNotBefore(issued)
      .setExpirationTime(exp)
      .sign(new TextEncoder().encode(of.sharedSecret));
    return { token, expiresAt: new Date(exp * 1000).toISOString() };
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID() };
}
