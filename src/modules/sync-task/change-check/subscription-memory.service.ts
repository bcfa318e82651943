import { Injectable } from '@nestjs/common';
import { signatureOf } from '../../../domain/change-check/sweep-findings.js';
import { hasEnded, type Subscription } from '../../../domain/marketplace/subscription.js';
import type { Unit } from '../../../platform/database/database.js';
import { MarketplaceMirror } from '../../mapping/marketplace-mirror.service.js';
import type { CheckRun } from './check-run.js';
import { inList } from './in-batches.js';

/** What the mirror keeps of subscriptions, as checks read them: the state that the next sweep compares with. */
@Injectable()
export class SubscriptionMemory {
  constructor(private readonly mirror: MarketplaceMirror) {}

  /** Stores subscriptions whose every change has been told. In the transaction that tells it. */
  async keep(em: Unit, check: CheckRun, subscriptions: readonly Subscription[]): Promise<void> {
    if (subscriptions.length === 0) return;
    await this.mirror.saveSubscriptions(
      em,
      check.connection,
      subscriptions.map((subscription) => ({ subscription, signature: signatureOf(subscription, check.today) })),
    );
  }

  /**
   * Stores those of just sold subscriptions that run and were never seen: their sale tells all there is to tell. The
   * others are left to be compared.
   *
   * @returns ids of those stored.
   */
  async keepNew(em: Unit, check: CheckRun, sold: readonly Subscription[]): Promise<Set<string>> {
    const running = new Map(sold.filter((one) => !hasEnded(one)).map((one) => [one.id, one]));
    if (running.size === 0) return new Set();
    const ids = [...running.keys()];
    const seen = await em.execute<{ subscription_id: string }[]>(
      `select subscription_id from subscription_mirror
       where installation_id = ? and connection_id = ? and subscription_id in ${inList(ids)}`,
      [check.installationId, check.connection.id, ...ids],
    );
    for (const row of seen) running.delete(row.subscription_id);
    await this.keep(em, check, [...running.values()]);
    return new Set(running.keys());
  }
}
