import { Injectable } from '@nestjs/common';
import {
  AutotaskError,
  AutotaskSecretWrongError,
  AutotaskUserUnknownError,
} from '../../adapters/autotask/autotask.errors.js';
import { Problem } from '../../platform/http/problem.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { AutotaskMirror, type RefreshOptions } from './autotask-mirror.service.js';
import { ContractHealth } from './subscriptions/contract-health.service.js';
import { CustomerSuggestions } from './customers/customer-suggestions.service.js';
import { MarketplaceMirror } from './marketplace-mirror.service.js';

/** Told before each step: what is read now, and how many of the steps are done. */
export type RefreshProgress = (step: { words: string; done: number; total: number }) => Promise<void>;

/** What a refresh came to. A side that could not be read keeps its old copy. */
export interface RefreshResult {
  /** Records read, by kind. */
  read: Record<string, number>;
  failures: { kind: string; code: string; message: string }[];
}

/** Lists that one refresh reads. */
export const REFRESH_STEPS = 6;

/** Reads everything the mapping screens show. */
@Injectable()
export class MirrorRefresh {
  constructor(
    private readonly marketplace: MarketplaceMirror,
    private readonly autotask: AutotaskMirror,
    private readonly access: ConnectionAccess,
    private readonly suggestions: CustomerSuggestions,
    private readonly contracts: ContractHealth,
  ) {}

  /**
   * Refreshes customers, products, companies, services, catalogues and mapped contracts, one after another, and compares
   * the names. A system that does not answer does not keep the other from being read; a refused Autotask sign-in pauses the connection.
   *
   * @param options `full` also finds what was deleted in Autotask.
   * @throws what is neither system's fault.
   */
  async run(
    connection: Connection,
    progress: RefreshProgress = async () => {},
    options: RefreshOptions = {},
  ): Promise<RefreshResult> {
    const steps: [kind: string, words: string, read: () => Promise<number>][] = [
      ['customers', 'Reading customers', async () => await this.marketplace.refreshCustomers(connection)],
      ['products', 'Reading products', async () => await this.marketplace.refreshProducts(connection)],
      ['companies', 'Reading companies', async () => await this.autotask.refreshCompanies(connection, options)],
      ['services', 'Reading services', async () => await this.autotask.refreshServices(connection, options)],
      ['catalogs', 'Reading billing codes and products', async () => await this.autotask.refreshCatalogs(connection)],
      ['contracts', 'Reading mapped contracts', async () => await this.contracts.refresh(connection)],
    ];
    const result: RefreshResult = { read: {}, failures: [] };
    for (const [index, [kind, words, read]] of steps.entries()) {
      await progress({ words, done: index, total: steps.length });
      try {
        result.read[kind] = await read();
      } catch (error) {
        result.failures.push({ kind, ...(await this.known(connection, error)) });
      }
    }
    await progress({ words: 'Comparing names', done: steps.length, total: steps.length });
    await this.suggestions.recompute(connection);
    return result;
  }

  /** Code and sentence of a failure with a known cause. @throws the error itself when it has none. */
  private async known(connection: Connection, error: unknown): Promise<{ code: string; message: string }> {
    if (error instanceof AutotaskSecretWrongError || error instanceof AutotaskUserUnknownError)
      await this.access.pause(connection, error.code, error.message);
    if (error instanceof Problem || error instanceof AutotaskError) return { code: error.code, message: error.message };
    // Errors of the marketplace port carry a stable code; their classes belong to the adapter.
    const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
    if (typeof code !== 'string' || !code.startsWith('MARKETPLACE_')) throw error;
    return { code, message: (error as Error).message };
  }
}
