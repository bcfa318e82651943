import { signatureOf } from '../../../domain/change-check/sweep-findings.js';
import type { Remembered } from '../../../domain/change-check/sweep-findings.js';
import type { KnownTask } from '../../../domain/change-check/known-task.js';
import type { Instant } from '../../../domain/calendar/calendar-date.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import type { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import type { SubscriptionHeader } from '../../../ports/marketplace.port.js';
import type { Connection } from '../../installation/connection.entity.js';
import { SubscriptionMirror } from '../../mapping/mirror.entities.js';
import { chunked, inList } from './in-batches.js';
import { knownTasks } from './known-tasks.js';
import { subscriptionsToWaitFor } from './order-watch-list.js';

type ConnectionRef = Pick<Connection, 'id' | 'installationId'>;

/** What we know of some subscriptions beside what the marketplace shows now. */
export interface SubscriptionFacts {
  /** As the mirror last stored them. */
  remembered: Map<string, Remembered>;
  tasks: Map<string, KnownTask[]>;
  /** Those with an order that may be about to explain what they show. */
  waiting: Set<string>;
}

export async function subscriptionFacts(
  database: Database,
  connection: ConnectionRef,
  subscriptionIds: readonly string[],
  now: Instant,
): Promise<SubscriptionFacts> {
  if (subscriptionIds.length === 0) return { remembered: new Map(), tasks: new Map(), waiting: new Set() };
  const em = database.unit();
  const rows = await em.find(SubscriptionMirror, {
    installationId: connection.installationId,
    connectionId: connection.id,
    subscriptionId: { $in: [...subscriptionIds] },
  });
  return {
    remembered: new Map(
      rows.map((row) => [row.subscriptionId, { subscription: row.data, readAt: row.readAt.toISOString() }]),
    ),
    tasks: await knownTasks(em, connection, subscriptionIds),
    waiting: await subscriptionsToWaitFor(em, connection, subscriptionIds, now),
  };
}

/** So many may vanish between two sweeps; more is a lost right rather than lost business. */
const VANISHED_AT_LEAST = 10;
const VANISHED_SHARE = 0.2;

/**
 * Subscriptions whose details have to be read: those the list shows otherwise than we remember them, and those it no
 * longer shows at all. One that another connection of the installation keeps under the same text is that one's.
 *
 * @throws Problem SUBSCRIPTIONS_MISSING when too many are no longer listed to be believed.
 */
export async function staleSubscriptions(
  database: Database,
  connection: ConnectionRef,
  headers: readonly SubscriptionHeader[],
): Promise<string[]> {
  const own = new Map<string, { text: string; active: boolean }>();
  const others = new Map<string, string>();
  const rows = await database.sql<{
    own: boolean;
    subscription_id: string;
    header_signature: string;
    is_active: boolean;
  }>(
    `select connection_id = ? as own, subscription_id, header_signature, is_active
     from subscription_mirror where installation_id = ?`,
    [connection.id, connection.installationId],
  );
  for (const row of rows)
    if (row.own) own.set(row.subscription_id, { text: row.header_signature, active: row.is_active });
    else others.set(row.subscription_id, row.header_signature);
  const listed = new Set(headers.map(({ id }) => id));
  const running = [...own].filter(([, { active }]) => active).map(([id]) => id);
  const vanished = running.filter((id) => !listed.has(id));
  if (vanished.length > Math.max(VANISHED_AT_LEAST, running.length * VANISHED_SHARE))
    throw new Problem(
      'unavailable',
      'SUBSCRIPTIONS_MISSING',
      `The marketplace lists ${vanished.length} of ${running.length} running subscriptions no longer. Check that its API user still sees them; nothing was cancelled.`,
    );
  const changed = headers.filter((header) => {
    const text = signatureOf(header);
    const mine = own.get(header.id);
    return mine ? mine.text !== text : !others.get(header.id)?.startsWith(text);
  });
  return [...changed.map(({ id }) => id), ...vanished];
}

/** The newest state of these subscriptions that an order's task stores, in parts. */
export async function* toldSubscriptions(
  database: Database,
  connection: ConnectionRef,
  subscriptionIds: readonly string[],
  size: number,
): AsyncGenerator<Subscription[]> {
  for (const ids of chunked(subscriptionIds, size)) {
    const rows = await database.sql<{ subscription: Subscription }>(
      `select distinct on (subscription_id) subscription from sync_task
       where installation_id = ? and connection_id = ? and source = 'order' and subscription_id in ${inList(ids)}
       order by subscription_id, created_at desc`,
      [connection.installationId, connection.id, ...ids],
    );
    yield rows.map(({ subscription }) => subscription);
  }
}
