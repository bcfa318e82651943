import { AutotaskAdapter } from './autotask.adapter.js';
import { AutotaskClient, type AutotaskCredentials } from './autotask.client.js';
import { createTransport, type HttpTransport } from '../http/transport.js';
import { InstanceLimitsRegistry } from './instance-limits.js';
import { ZoneDirectory } from './zone-directory.js';

/** What is the same for every connection (DESIGN §4). */
export interface AutotaskSettings {
  /** Origin or full address of zone discovery. */
  discoveryUrl: string;
  /** Host suffixes to which credentials may go. */
  allowedHosts: readonly string[];
  timeoutMs: number;
}

/** A connection as the registry needs it. */
export interface AutotaskConnection {
  installationId: string;
  connectionId: string;
  credentials: AutotaskCredentials;
  /** Grows with each change of credentials; an older client is then dropped. */
  credentialsVersion: number;
  /** Share of the tenant's hourly requests, 0–1 (FEATURES INS-13). */
  budgetShare: number;
}

/**
 * Hands out one adapter per connection and keeps what is shared between them: the HTTP client, zones by user, and gate
 * and budget by Autotask instance. One registry per process.
 */
export class AutotaskClients {
  readonly #settings: AutotaskSettings;
  readonly #transport: HttpTransport = createTransport();
  readonly #zones: ZoneDirectory;
  readonly #limits: InstanceLimitsRegistry;
  readonly #adapters = new Map<string, { version: string; adapter: AutotaskAdapter }>();

  /** @param limits gates and budgets; in memory unless several processes share them. */
  constructor(settings: AutotaskSettings, limits = new InstanceLimitsRegistry()) {
    this.#settings = settings;
    this.#limits = limits;
    this.#zones = this.#newZones();
  }

  /** The connection's adapter: the same one until its credentials or its share of the budget change. */
  of(connection: AutotaskConnection): AutotaskAdapter {
    const key = keyOf(connection);
    const version = `${connection.credentialsVersion}|${connection.budgetShare}`;
    const known = this.#adapters.get(key);
    if (known?.version === version) return known.adapter;
    const adapter = this.#adapterFor(connection, this.#zones);
    this.#adapters.set(key, { version, adapter });
    return adapter;
  }

  /**
   * An adapter that remembers nothing: no zone, no metadata. For testing credentials that may not be saved yet. Gate and
   * budget are shared all the same, because Autotask counts them.
   */
  unsaved(connection: Omit<AutotaskConnection, 'credentialsVersion'>): AutotaskAdapter {
    return this.#adapterFor(connection, this.#newZones());
  }

  /** Drops what is kept for a connection, e.g. when it is deleted. */
  forget(connection: Pick<AutotaskConnection, 'installationId' | 'connectionId'>): void {
    this.#adapters.delete(keyOf(connection));
  }

  #adapterFor(connection: Omit<AutotaskConnection, 'credentialsVersion'>, zones: ZoneDirectory): AutotaskAdapter {
    const { allowedHosts, timeoutMs } = this.#settings;
    const { installationId, connectionId, credentials, budgetShare } = connection;
    return new AutotaskAdapter(
      new AutotaskClient({
        installationId,
        connectionId,
        credentials,
        budgetShare,
        allowedHosts,
        timeoutMs,
        transport: this.#transport,
        zones,
        limits: this.#limits,
      }),
    );
  }

  #newZones(): ZoneDirectory {
    const { discoveryUrl, allowedHosts, timeoutMs } = this.#settings;
    return new ZoneDirectory({ transport: this.#transport, discoveryUrl, allowedHosts, timeoutMs });
  }
}

function keyOf({ installationId, connectionId }: { installationId: string; connectionId: string }): string {
  return JSON.stringify([installationId, connectionId]);
}
