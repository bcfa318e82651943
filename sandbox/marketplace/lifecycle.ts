import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Row, Store } from '../kit/store.js';
import { API_BASE } from './api-router.js';
import { API_ACCESS } from './api-token.js';
import type { HostIdentity, Role } from './host-identity.js';
import { SandboxProblem } from './problem.js';
import { RESELLER_ID } from './seed-customers.js';

export type LifecycleEvent = 'installed' | 'enabled' | 'disabled' | 'uninstalled' | 'redact';
export const LIFECYCLE_EVENTS = ['installed', 'enabled', 'disabled', 'uninstalled', 'redact'] as const;

/** A way to spoil a call on purpose, so that an extension's refusal can be seen. */
export type Tampering = 'key' | 'body' | 'audience' | 'expired';
export const TAMPERINGS = ['key', 'body', 'audience', 'expired'] as const;

/** An installed extension. `sharedSecret` never leaves the sandbox. */
export interface InstallationRow extends Row {
  id: string;
  status: 'installed' | 'enabled' | 'disabled' | 'uninstalled' | 'redacted';
  account: { id: string; name: string; role: 'reseller' };
  extensionKey: string;
  extensionName: string;
  baseUrl: string;
  timeZone: string;
  lifecycle: Partial<Record<LifecycleEvent, string>>;
  sharedSecret: string;
  updatedAt: string;
}

/** What a lifecycle call led to; a refused one changes nothing. */
export interface LifecycleOutcome {
  installationId: string;
  status: InstallationRow['status'] | 'refused' | 'tampered';
  /** The extension's HTTP status; absent when it did not answer. */
  answered?: number;
  reason?: string;
}

interface Manifest {
  key?: unknown;
  name?: unknown;
  baseUrl?: unknown;
  lifecycle?: Record<string, unknown>;
}

interface Delivery {
  url: string;
  body: string;
  authorization: string;
  installationId: string;
}

const TIMEOUT_MS = 15_000;
const AFTER: Record<LifecycleEvent, InstallationRow['status']> = {
  installed: 'installed',
  enabled: 'enabled',
  disabled: 'disabled',
  uninstalled: 'uninstalled',
  redact: 'redacted',
};

/**
 * Installs extensions and tells them about their life (reference/marketplace-platforms.md §6.5; FEATURES INS-1,
 * INS-10). An installation counts only after a 2xx answer; a refused call leaves everything as it was.
 */
export class ExtensionHost {
  private last: Delivery | undefined;

  constructor(
    private readonly store: Store,
    private readonly identity: HostIdentity,
    private readonly origin: () => string,
  ) {}

  /** The newest installation, or the named one. @throws SandboxProblem 404 when there is none. */
  installation(id?: string): InstallationRow {
    const rows = this.store.all<InstallationRow>('installations');
    const row =
      id === undefined ? rows.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))[0] : rows.find((r) => r.id === id);
    if (!row)
      throw new SandboxProblem(404, id === undefined ? 'No extension is installed.' : `No installation "${id}".`);
    return row;
  }

  /**
   * Reads the manifest below `baseUrl` and makes the signed `installed` call. The same account keeps its installation
   * id and gets a new shared secret.
   */
  async install(options: {
    baseUrl: string;
    accountId?: string;
    accountName?: string;
    timeZone?: string;
    tamper?: Tampering;
  }): Promise<LifecycleOutcome> {
    const accountId = options.accountId ?? RESELLER_ID;
    const installationId = installationIdOf(accountId);
    const manifest = await readManifest(options.baseUrl);
    if (typeof manifest === 'string') return { installationId, status: 'refused', reason: manifest };
    const baseUrl = typeof manifest.baseUrl === 'string' ? manifest.baseUrl.replace(/\/+$/, '') : options.baseUrl;
    const row: InstallationRow = {
      id: installationId,
      status: 'installed',
      account: { id: accountId, name: options.accountName ?? 'Demo Reseller', role: 'reseller' },
      extensionKey: typeof manifest.key === 'string' ? manifest.key : 'psa-sync',
      extensionName: typeof manifest.name === 'string' ? manifest.name : 'PSA sync for Autotask',
      baseUrl,
      timeZone: options.timeZone ?? 'UTC',
      lifecycle: lifecycleUrls(manifest.lifecycle ?? {}, baseUrl),
      sharedSecret: randomBytes(32).toString('base64url'),
      updatedAt: new Date().toISOString(),
    };
    return this.call(row, 'installed', options.tamper);
  }

  /** Makes a later lifecycle call for an installation. */
  async tell(id: string | undefined, event: LifecycleEvent, tamper?: Tampering): Promise<LifecycleOutcome> {
    return this.call({ ...this.installation(id), updatedAt: new Date().toISOString() }, event, tamper);
  }

  /** Sends the last call once more, byte by byte, as someone who had overheard it would. */
  async replay(): Promise<LifecycleOutcome> {
    if (!this.last) throw new SandboxProblem(409, 'No lifecycle call has been made since the sandbox started.');
    const answer = await deliver(this.last);
    return { installationId: this.last.installationId, status: 'tampered', ...answer };
  }

  /** A token for a signed-in user of an installation. @throws SandboxProblem when it is unknown or was redacted. */
  async userToken(of: {
    installationId?: string;
    userId: string;
    role: Role;
    seconds: number;
  }): Promise<{ token: string; expiresAt: string }> {
    const row = this.installation(of.installationId);
    if (row.sharedSecret === '') throw new SandboxProblem(409, `Installation ${row.id} was redacted.`);
    return this.identity.userToken({ ...of, ...row, installationId: row.id });
  }

  private async call(row: InstallationRow, event: LifecycleEvent, tamper?: Tampering): Promise<LifecycleOutcome> {
    const url = row.lifecycle[event];
    if (url === undefined)
      return { installationId: row.id, status: 'refused', reason: `Its manifest names no address for "${event}".` };
    const eventId = randomUUID();
    const body = JSON.stringify(this.payload(row, event, eventId));
    const signature = await this.identity.signLifecycle(
      {
        audience: tamper === 'audience' ? 'https://another-extension.example' : row.baseUrl,
        installationId: row.id,
        eventId,
        rawBody: tamper === 'body' ? `${body} ` : body,
        ...(tamper === 'expired' ? { seconds: -60 } : {}),
      },
      tamper === 'key',
    );
    this.last = { url, body, authorization: `Bearer ${signature}`, installationId: row.id };
    const answer = await deliver(this.last);
    if (tamper !== undefined) return { installationId: row.id, status: 'tampered', ...answer };
    if (answer.reason !== undefined) return { installationId: row.id, status: 'refused', ...answer };
    const status = AFTER[event];
    this.store.put('installations', { ...row, status, ...(event === 'redact' ? { sharedSecret: '' } : {}) });
    return { installationId: row.id, status, ...answer };
  }

  private payload(row: InstallationRow, event: LifecycleEvent, eventId: string): Record<string, unknown> {
    const apiBaseUrl = `${this.origin()}${API_BASE}`;
    const { user, password, subscriptionKey, marketplace } = API_ACCESS;
    return {
      eventId,
      eventType: event,
      occurredAt: new Date().toISOString(),
      installationId: row.id,
      account: row.account,
      marketplaceCode: marketplace,
      apiBaseUrl,
      environment: 'sandbox',
      installedBy: 'user-1',
      hostOrigin: this.origin(),
      timeZone: row.timeZone,
      ...(event === 'installed'
        ? {
            sharedSecret: row.sharedSecret,
            marketplaceAccess: { baseUrl: apiBaseUrl, user, password, subscriptionKey, marketplace },
          }
        : {}),
    };
  }
}

/** An installation without its secret. */
export function installationView(row: InstallationRow): Record<string, unknown> {
  const { sharedSecret: _secret, ...view } = row;
  return view;
}

/** One account has one installation, also after it was uninstalled. */
function installationIdOf(accountId: string): string {
  const digits = (parseInt(createHash('sha256').update(accountId).digest('hex').slice(0, 12), 16) % 1e12)
    .toString()
    .padStart(12, '0');
  return `EIN-${digits.replace(/(\d{4})(\d{4})(\d{4})/, '$1-$2-$3')}`;
}

/** The manifest, or a sentence saying why there is none. */
async function readManifest(baseUrl: string): Promise<Manifest | string> {
  const url = `${baseUrl}/.well-known/marketplace-extension.json`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return `${url} answered ${response.status}.`;
    const manifest: unknown = await response.json();
    return typeof manifest === 'object' && manifest !== null ? manifest : `${url} is no manifest.`;
  } catch (error) {
    return `The extension did not answer at ${url} (${cause(error)}).`;
  }
}

/** Addresses of the manifest; relative ones are below the base URL. */
function lifecycleUrls(named: Record<string, unknown>, baseUrl: string): InstallationRow['lifecycle'] {
  const known = LIFECYCLE_EVENTS.filter((event) => typeof named[event] === 'string');
  return Object.fromEntries(known.map((event) => [event, new URL(String(named[event]), `${baseUrl}/`).href]));
}

async function deliver(call: Delivery): Promise<{ answered?: number; reason?: string }> {
  try {
    const response = await fetch(call.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: call.authorization },
      body: call.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { answered: response.status };
    const said = (await response.text()).slice(0, 300);
    return {
      answered: response.status,
      reason: `The extension answered ${response.status}${said ? `: ${said}` : '.'}`,
    };
  } catch (error) {
    return { reason: `The extension did not answer at ${call.url} (${cause(error)}).` };
  }
}

function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
