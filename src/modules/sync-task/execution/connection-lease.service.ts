import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../../config/app-config.js';
import { Database } from '../../../platform/database/database.js';

/** The tenant and connection a lease is for. */
export interface LeaseSubject {
  id: string;
  installationId: string;
}

/**
 * The right to write to Autotask for one connection, held by one run at a time (DESIGN §7). Times are the database's, so
 * that clocks of several machines do not matter. Every `sending` row is written by a statement that checks it again: a
 * run that slept past its lease can begin no further write.
 */
@Injectable()
export class ConnectionLeases {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /**
   * Takes the lease, unless somebody else's still runs. Undefined = it does.
   *
   * @param owner unique to this run, never to be used again.
   */
  async take(connection: LeaseSubject, owner: string): Promise<HeldLease | undefined> {
    const rows = await this.database.sql(
      `update connection set lease_owner = ?, lease_until = clock_timestamp() + ? * interval '1 millisecond'
       where installation_id = ? and id = ? and (lease_until is null or lease_until < clock_timestamp()) returning id`,
      [owner, this.config.leaseMs, connection.installationId, connection.id],
    );
    return rows.length > 0 ? new HeldLease(this.database, this.config.leaseMs, connection, owner) : undefined;
  }

  /** When the lease of whoever has it ends, for coming back then; undefined when nobody has it. */
  async heldUntil(connection: LeaseSubject): Promise<Date | undefined> {
    const [row] = await this.database.sql<{ until: string | Date | null }>(
      `select lease_until as until from connection
       where installation_id = ? and id = ? and lease_until >= clock_timestamp()`,
      [connection.installationId, connection.id],
    );
    return row?.until ? new Date(row.until) : undefined;
  }
}

/** A lease this run holds; renewed at a sixth of its length until it is released or lost. */
export class HeldLease {
  private readonly timer: NodeJS.Timeout;
  private readonly gone = new AbortController();
  private beating: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly leaseMs: number,
    readonly connection: LeaseSubject,
    readonly owner: string,
  ) {
    this.timer = setInterval(() => {
      this.beating ??= this.renew();
    }, leaseMs / 6);
  }

  /** Aborts when another run has taken over. Nothing more may be sent then; the statements refuse it anyway. */
  get lost(): AbortSignal {
    return this.gone.signal;
  }

  /** Renews it now: after a stall it may be too short for a write though nobody has taken it. False = it is lost. */
  async renewNow(): Promise<boolean> {
    await this.beating;
    await this.renew();
    return !this.gone.signal.aborted;
  }

  /** Gives the lease back; somebody else's is left alone. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await this.database.sql(
      `update connection set lease_owner = null, lease_until = null
       where installation_id = ? and id = ? and lease_owner = ?`,
      [this.connection.installationId, this.connection.id, this.owner],
    );
  }

  /** Stops renewing without giving it back: what a killed process does. */
  abandon(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    try {
      // An expired lease that nobody took is still ours: whoever comes later finds it renewed.
      const rows = await this.database.sql(
        `update connection set lease_until = clock_timestamp() + ? * interval '1 millisecond'
         where installation_id = ? and id = ? and lease_owner = ? returning id`,
        [this.leaseMs, this.connection.installationId, this.connection.id, this.owner],
      );
      if (rows.length === 0) this.gone.abort(new Error('Another run writes for this connection now.'));
    } catch {
      // The database may be away for a moment. Without it no `sending` row can be written, so nothing is at risk.
    } finally {
      this.beating = undefined;
    }
  }
}
