import { Injectable } from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';

/** An entity manager of one unit of work. */
export type Unit = SqlEntityManager;

/**
 * The way to the data. One fork per unit of work; transactions are short and never span an HTTP call, because the
 * embedded database has one connection and an open transaction blocks every other query (DESIGN §2, codebase-models §8.5).
 */
@Injectable()
export class Database {
  constructor(private readonly orm: MikroORM) {}

  /** A fresh unit of work without a transaction. */
  unit(): Unit {
    return this.orm.em.fork({ clear: true }) as unknown as Unit;
  }

  /**
   * Runs the work in one transaction and commits when it resolves. Use only the given unit inside: another one would
   * wait for this transaction for ever on the embedded database.
   */
  async transaction<T>(work: (em: Unit) => Promise<T>): Promise<T> {
    return await this.unit().transactional(async (em) => await work(em));
  }

  /** One statement outside a transaction; `?` marks parameters. Returns the rows. */
  async sql<T = Record<string, unknown>>(statement: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return await this.unit().execute<T[]>(statement, [...parameters]);
  }

  /** The database's clock: leases compare with it, never with a process's own (DESIGN §7). */
  async now(): Promise<Date> {
    const [row] = await this.sql<{ now: string | Date }>('select clock_timestamp() as now');
    return new Date(row!.now);
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    await this.orm.close(true);
  }
}
