import { LockMode } from '@mikro-orm/core';
import type { Unit } from '../../platform/database/database.js';
import { notFound } from '../../platform/http/problem.js';
import { CustomerMapping, FeeMapping, ProductMapping, SubscriptionMapping } from '../mapping/mapping.entities.js';
import { LineLedger, SyncOperation } from '../sync-task/sync-operation.entity.js';
import { SyncTask } from '../sync-task/sync-task.entity.js';
import { Connection } from './connection.entity.js';

/** Columns of a connection that was switched off for good: no secret, no schedule, no pause. */
export const WITHOUT_SECRETS = {
  enabled: false,
  autotaskCredentials: '',
  marketplaceAccess: '',
  nextCheckAt: null,
  pausedUntil: null,
  pauseCode: null,
  pauseAttempts: 0,
} as const;

const HISTORY = [
  SyncTask,
  SyncOperation,
  LineLedger,
  CustomerMapping,
  ProductMapping,
  FeeMapping,
  SubscriptionMapping,
] as const;

/** The connection's row, locked until the transaction ends. @throws Problem NOT_FOUND. */
export async function lockConnection(em: Unit, installationId: string, id: string): Promise<Connection> {
  const row = await em.findOne(Connection, { installationId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!row) throw notFound('The connection');
  return row;
}

/** True when something would be lost or left unexplained without the connection: tasks, mappings, writes. */
export async function hasHistory(em: Unit, row: Pick<Connection, 'installationId' | 'id'>): Promise<boolean> {
  const where = { installationId: row.installationId, connectionId: row.id };
  for (const entity of HISTORY) if ((await em.count<typeof where>(entity as never, where)) > 0) return true;
  return false;
}
