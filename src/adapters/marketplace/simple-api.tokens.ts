import { createHash } from 'node:crypto';
import type { MarketplaceAccess } from '../../ports/marketplace.port.js';

/** A token as the marketplace issued it. */
export interface IssuedToken {
  token: string;
  expiresInSeconds: number;
}

interface Kept {
  /** Digest of the access it belongs to: other credentials never get this token. */
  digest: string;
  token: string;
  renewAtMs: number;
}

/** Renewed when less than this is left, so that no request leaves with a token about to die. */
const MARGIN_MS = 60_000;

/**
 * Tokens by connection. Concurrent callers share one request for a new one. Real time, whatever the business clock says.
 */
export class TokenCache {
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<string>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A token with time left, asked for by `issue` when there is none. @throws what `issue` throws; nothing is kept then. */
  async tokenFor(access: MarketplaceAccess, issue: () => Promise<IssuedToken>): Promise<string> {
    const key = keyOf(access);
    const digest = digestOf(access);
    const kept = this.#kept.get(key);
    if (kept?.digest === digest && kept.renewAtMs > this.#now()) return kept.token;
    const runningKey = `${key} ${digest}`;
    let running = this.#running.get(runningKey);
    if (!running) {
      running = issue()
        .then(({ token, expiresInSeconds }) => {
          const lifeMs = expiresInSeconds * 1000;
          // A token that lives shorter than two margins would otherwise be renewed for every request.
          const renewAtMs = this.#now() + lifeMs - Math.min(MARGIN_MS, lifeMs / 2);
          this.#kept.set(key, { digest, token, renewAtMs });
          return token;
        })
        .finally(() => this.#running.delete(runningKey));
      this.#running.set(runningKey, running);
    }
    return running;
  }

  /** Forgets a token that was refused; a newer one, which another request may have fetched meanwhile, stays. */
  refuse(access: MarketplaceAccess, token: string): void {
    const key = keyOf(access);
    if (this.#kept.get(key)?.token === token) this.#kept.delete(key);
  }

  /** Forgets the connection's token, so that the next call proves user and password again. */
  forget(access: MarketplaceAccess): void {
    this.#kept.delete(keyOf(access));
  }
}

function keyOf({ installationId, connectionId }: MarketplaceAccess): string {
  return JSON.stringify([installationId, connectionId]);
}

function digestOf({ baseUrl, user, password, subscriptionKey, marketplace }: MarketplaceAccess): string {
  return createHash('sha256')
    .update(JSON.stringify([baseUrl, user, password, subscriptionKey, marketplace]))
    .digest('hex');
}
