import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** Claims of a lifecycle call as a test wants them; what is left out is as it should be. */
export interface LifecycleSignature {
  issuer?: string;
  audience?: string;
  subject?: string;
  jti?: string;
  /** Hash of this text instead of the body's. */
  hashOf?: string;
  /** Seconds from now. */
  issuedAt?: number;
  expiresAt?: number;
  /** `stranger`: a key that is not published, under the published key's id. */
  key?: 'own' | 'stranger';
  /** null = none. */
  kid?: string | null;
}

/** Claims of a user's token as a test wants them; undefined leaves a claim out. */
export interface TokenClaims {
  iss?: string | undefined;
  aud?: string | undefined;
  dest?: string | undefined;
  sub?: string | undefined;
  role?: string | undefined;
  jti?: string | undefined;
  /** Seconds from now. */
  iat?: number | undefined;
  nbf?: number | undefined;
  exp?: number | undefined;
}

/** A body of an `installed` call, as the marketplace would send it. */
export type LifecycleCall = Record<string, unknown> & { installationId: string; eventId: string; eventType: string };

/** A marketplace host that does only one thing: sign, rightly or wrongly, as a test asks. */
export class TestHost {
  /** Answer 500 instead of the key set. */
  keysDown = false;
  readonly #secrets = new Map<string, string>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
    private readonly own: CryptoKey,
    private readonly stranger: CryptoKey,
    readonly kid: string,
  ) {}

  static async start(): Promise<TestHost> {
    const own = await generateKeyPair('ES256');
    const stranger = await generateKeyPair('ES256');
    const kid = randomUUID();
    const jwk: JWK = { ...(await exportJWK(own.publicKey)), kid, alg: 'ES256', use: 'sig' };
    let host: TestHost | undefined;
    const server = createServer((_, response) => {
      response.writeHead(host?.keysDown ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    host = new TestHost(server, origin, own.privateKey, stranger.privateKey, kid);
    return host;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A lifecycle body with a fresh event id; `installed` brings a fresh secret, which `token` then signs with. */
  event(eventType: string, installationId: string, more: Record<string, unknown> = {}): LifecycleCall {
    return {
      eventId: randomUUID(),
      eventType,
      occurredAt: new Date().toISOString(),
      installationId,
      account: { id: `account-of-${installationId}`, name: 'Marmalade Freight', role: 'reseller' },
      marketplaceCode: 'demo',
      apiBaseUrl: `${this.origin}/marketplace`,
      environment: 'test',
      installedBy: 'user-1',
      hostOrigin: this.origin,
      timeZone: 'Europe/Berlin',
      ...(eventType === 'installed' ? { sharedSecret: randomBytes(32).toString('base64url') } : {}),
      ...more,
    };
  }

  /** Signs a body and sends it to the extension. */
  async deliver(
    extensionUrl: string,
    body: LifecycleCall,
    signature: LifecycleSignature = {},
    sent: { path?: string; rawBody?: string; authorization?: string | null } = {},
  ): Promise<{ status: number; code: string | undefined }> {
    const rawBody = sent.rawBody ?? JSON.stringify(body);
    const authorization =
      sent.authorization === undefined
        ? `Bearer ${await this.signLifecycle(extensionUrl, body, signature)}`
        : sent.authorization;
    const response = await fetch(`${extensionUrl}/lifecycle/${sent.path ?? body.eventType}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
      body: rawBody,
    });
    const text = await response.text();
    if (response.status === 204 && typeof body.sharedSecret === 'string')
      this.#secrets.set(body.installationId, body.sharedSecret);
    return { status: response.status, code: text === '' ? undefined : (JSON.parse(text) as { code: string }).code };
  }

  /** Installs and returns the installation's id. @throws Error when it was refused. */
  async install(extensionUrl: string, installationId: string, more: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.deliver(extensionUrl, this.event('installed', installationId, more));
    if (answer.status !== 204) throw new Error(`not installed: ${answer.status} ${answer.code}`);
    return installationId;
  }

  /** The secret of the last accepted install. */
  secretOf(installationId: string): string {
    return this.#secrets.get(installationId) ?? '';
  }

  /** A user's token, right in everything but what the test changes. */
  async token(
    installationId: string,
    claims: TokenClaims = {},
    secret = this.secretOf(installationId),
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: this.origin,
      aud: 'psa-sync',
      dest: installationId,
      sub: 'user-1',
      role: 'viewer',
      jti: randomUUID(),
      iat: 0,
      nbf: 0,
      exp: 60,
      ...claims,
    };
    const payload = Object.fromEntries(
      Object.entries(all)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, typeof value === 'number' ? now + value : value]),
    );
    return await new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(new TextEncoder().encode(secret));
  }

  async signLifecycle(audience: string, body: LifecycleCall, signature: LifecycleSignature = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const hash = createHash('sha256')
      .update(signature.hashOf ?? JSON.stringify(body))
      .digest('base64url');
    return await new SignJWT({ bodyHash: hash })
      .setProtectedHeader({
        alg: 'ES256',
        ...(signature.kid === null ? {} : { kid: signature.kid ?? this.kid }),
      })
      .setIssuer(signature.issuer ?? this.origin)
      .setAudience(signature.audience ?? audience)
      .setSubject(signature.subject ?? body.installationId)
      .setJti(signature.jti ?? body.eventId)
      .setIssuedAt(now + (signature.issuedAt ?? 0))
      .setExpirationTime(now + (signature.expiresAt ?? 60))
      .sign(signature.key === 'stranger' ? this.stranger : this.own);
  }
}
