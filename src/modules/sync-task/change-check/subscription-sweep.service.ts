import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/calendar-date.js';
import { expiryKey, initialKey, priceKey, renewalKey } from '../../../domain/change-check/source-keys.js';
import { findingsOf, makesTask, type Finding } from '../../../domain/change-check/sweep-findings.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import { effectiveDateOf } from '../../../domain/sync-plan/effective-date.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { Clock } from '../../../ports/clock.port.js';
import { MarketplacePort } from '../../../ports/marketplace.port.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { isUnreadable } from './check-failure.js';
import { asRemoved, type CheckRun } from './check-run.js';
import { CustomerNames } from './customer-names.service.js';
import { chunked, mapSome } from './in-batches.js';
import { OrderIntake } from './order-intake.service.js';
import type { NamelessTask } from './order-reader.service.js';
import {
  staleSubscriptions,
  subscriptionFacts,
  toldSubscriptions,
  type SubscriptionFacts,
} from './subscription-facts.js';
import { SubscriptionMemory } from './subscription-memory.service.js';
import { TaskWriter } from './task-writer.service.js';
import { UsageIntake } from './usage-intake.service.js';

/** Subscriptions of one transaction. */
const CHUNK = 100;
/** Details read at once. */
const READ_AT_ONCE = 4;

/** A subscription as read, with what it shows. */
interface Seen {
  subscription: Subscription;
  findings: Finding[];
}

/**
 * What changed without an order: ends, prices, and subscriptions nobody told us of (DESIGN §8 Sweep).
 *
 * A finding becomes a task only after the orders were looked at once more, later than the subscription was read: an order
 * that completed in between explains it, and one that is about to complete makes it wait for the next sweep.
 */
@Injectable()
export class SubscriptionSweep {
  constructor(
    private readonly database: Database,
    private readonly marketplace: MarketplacePort,
    private readonly clock: Clock,
    private readonly intake: OrderIntake,
    private readonly usage: UsageIntake,
    private readonly writer: TaskWriter,
    private readonly names: CustomerNames,
    private readonly memory: SubscriptionMemory,
    private readonly log: ActionLog,
  ) {}

  /** @throws MarketplaceError, Problem SUBSCRIPTIONS_MISSING, CheckStopped, CheckHandedBack */
  async run(check: CheckRun): Promise<void> {
    await check.tell({ step: 'Reading subscriptions' });
    const headers = await this.marketplace.subscriptions(check.access);
    const stale = await staleSubscriptions(this.database, check.connection, headers);
    await check.tell({ total: stale.length });
    for (const ids of chunked(stale, CHUNK)) {
      await this.take(check, ids);
      await check.tell({ done: ids.length });
    }
    await this.usage.run(check);
    await this.database.sql(`update connection set last_sweep_at = ? where installation_id = ? and id = ?`, [
      new Date(check.now),
      check.installationId,
      check.connection.id,
    ]);
    check.counts.subscriptionsRead += stale.length;
    check.counts.swept = true;
  }

  /**
   * Brings the mirror up to what this check's orders showed, so that screens need not wait for the next sweep. What
   * shows more than its orders tell is left for the sweep to find.
   */
  async noteTold(check: CheckRun): Promise<void> {
    for await (const part of toldSubscriptions(this.database, check.connection, [...check.untold], CHUNK)) {
      const ids = part.map(({ id }) => id);
      const facts = await subscriptionFacts(this.database, check.connection, ids, check.now);
      const plain = part.filter((one) => this.look(check, one, facts).findings.length === 0);
      await this.database.transaction(async (em) => await this.memory.keep(em, check, plain));
    }
    check.untold.clear();
  }

  private async take(check: CheckRun, ids: readonly string[]): Promise<void> {
    const readAt = await this.clock.businessNow();
    const read = (await mapSome(ids, READ_AT_ONCE, async (id) => await this.read(check, id))).filter(
      (subscription) => subscription !== undefined,
    );
    let seen = await this.lookAt(check, read);
    const unexplained = seen
      .filter(({ findings }) => findings.some(makesTask))
      .map(({ subscription }) => subscription.id);
    if (unexplained.length > 0) {
      const told = await this.intake.lookAgain(check, unexplained);
      seen = await this.lookAt(
        check,
        read.filter(({ id }) => !told.has(id)),
      );
    }
    const tasks = seen.flatMap((one) =>
      one.findings.flatMap((finding) => taskOf(check, one.subscription, finding, readAt)),
    );
    const names = await this.names.of(
      check,
      tasks.map(({ subscription }) => subscription.customerId),
    );
    const written = await this.database.transaction(async (em) => {
      const named = tasks.map((task) => ({ ...task, customerName: names.get(task.subscription.customerId)! }));
      const result = await this.writer.write(em, check, named);
      for (const one of seen) await this.note(em, check, one);
      const rows = seen.map(({ subscription }) => subscription);
      await this.memory.keep(em, check, rows);
      return result;
    });
    check.count(written.made, written.superseded);
    for (const { subscription } of seen) check.untold.delete(subscription.id);
  }

  private async read(check: CheckRun, id: string): Promise<Subscription | undefined> {
    try {
      const found = await this.marketplace.subscription(check.access, id);
      if (found) return found;
      const facts = await subscriptionFacts(this.database, check.connection, [id], check.now);
      const known = facts.remembered.get(id);
      return known && asRemoved(known.subscription);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      await this.record(
        check,
        id,
        'subscription.unreadable',
        'failed',
        `Subscription ${id} could not be read: ${error.message}`,
      );
      return undefined;
    }
  }

  /** What is ours and settled enough to be judged, with its findings. */
  private async lookAt(check: CheckRun, read: readonly Subscription[]): Promise<Seen[]> {
    const { currency } = check.connection;
    const ours = read.filter((one) => one.currency === undefined || one.currency === currency);
    const ids = ours.map(({ id }) => id);
    const facts = await subscriptionFacts(this.database, check.connection, ids, check.now);
    return ours.filter(({ id }) => !facts.waiting.has(id)).map((one) => this.look(check, one, facts));
  }

  private look(check: CheckRun, subscription: Subscription, facts: SubscriptionFacts): Seen {
    const { id } = subscription;
    return {
      subscription,
      findings: findingsOf(subscription, facts.remembered.get(id), facts.tasks.get(id) ?? [], check.today),
    };
  }

  /** Logs findings that are no task. */
  private async note(em: Unit, check: CheckRun, { subscription, findings }: Seen): Promise<void> {
    const { id, name } = subscription;
    for (const finding of findings) {
      if (finding.kind === 'notSupported')
        await this.record(
          check,
          id,
          'subscription.not_supported',
          'info',
          `Subscription ${name} ${finding.what}. Autotask cannot express that, so nothing is written.`,
          em,
        );
      if (finding.kind === 'hold')
        await this.record(
          check,
          id,
          'subscription.on_hold',
          'info',
          `Subscription ${name} is on hold in the marketplace. What is sold is unchanged, so nothing is to be done.`,
          em,
        );
      if (finding.kind === 'status')
        await this.record(
          check,
          id,
          'subscription.status_unknown',
          'action_required',
          `Subscription ${name} has a status that is not known here. Look at it in the marketplace.`,
          em,
        );
    }
  }

  private async record(
    check: CheckRun,
    subscriptionId: string,
    action: string,
    outcome: 'info' | 'failed' | 'action_required',
    message: string,
    em?: Unit,
  ): Promise<void> {
    const { installationId, connection, job } = check;
    await this.log.record(
      {
        installationId,
        connectionId: connection.id,
        actor: job.actor,
        category: 'check',
        action,
        outcome,
        message,
        subscriptionId,
      },
      em,
    );
  }
}

/** The task a finding becomes; none for findings that are only logged. */
function taskOf(check: CheckRun, subscription: Subscription, finding: Finding, readAt: Instant): NamelessTask[] {
  const { timeZone } = check.connection;
  const { id } = subscription;
  const made = (task: Pick<NamelessTask, 'source' | 'sourceKey' | 'type' | 'why'>): NamelessTask[] => {
    const effective = effectiveDateOf({ ...task, subscription, readOn: check.today }, timeZone);
    return [{ ...task, subscription, effectiveDate: effective.date ?? check.today, orderCreatedAt: readAt }];
  };
  switch (finding.kind) {
    case 'initial':
      return made({ source: 'initial', sourceKey: initialKey(id), type: 'sales', why: 'it was first seen running' });
    case 'expiry':
      return made({
        source: 'expiry',
        sourceKey: expiryKey(id, finding.date),
        type: 'cancellation',
        why: `it ended on ${finding.date} without an order`,
      });
    case 'price':
      return made({
        source: 'price',
        sourceKey: priceKey(id, finding.change, subscription.lastModifiedDate),
        type: 'change',
        why: `price or cost of ${finding.change.productName} changed without an order`,
      });
    case 'renewal':
      return made({
        source: 'renewal',
        sourceKey: renewalKey(id, finding.from),
        type: 'change',
        why: `it was renewed on ${finding.from} until ${finding.until} without an order`,
      });
    case 'notSupported':
    case 'hold':
    case 'status':
      return [];
  }
}
