import { Injectable } from '@nestjs/common';
import { sharesToBase } from '../../../domain/mapping/release-shares.js';
import { LineLedger, lastValue, valueOn } from '../../../domain/sync-plan/ledger.js';
import type { CalendarDate } from '../../../domain/calendar/calendar-date.js';
import type { LedgerStep } from '../../../domain/sync-plan/sync-facts.js';
import { OPEN_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import { Clock } from '../../../ports/clock.port.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { appendLedgerSteps, contractsOfShares, stepsOfContracts } from '../../sync-task/ledger-steps.js';
import { groupBy } from '../group-by.js';
import { MappingChanges } from '../mapping-changes.js';
import { MappingService } from '../mapping.service.js';
import type { SubscriptionMirror } from '../mirror.entities.js';
import { lockMappings } from '../save/change-lock.js';
import { ContractFinder, type ContractCandidate } from './contract-finder.service.js';
import type { UnmapEffect } from './subscription.dto.js';

/** Maps existing subscriptions to contracts and takes them off again (FEATURES MAP-9). Writes nothing to Autotask. */
@Injectable()
export class SubscriptionContracts {
  constructor(
    private readonly database: Database,
    private readonly finder: ContractFinder,
    private readonly mappings: MappingService,
    private readonly changes: MappingChanges,
    private readonly log: ActionLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Maps a subscription to a contract that suits it, judged freshly.
   *
   * @param by host user id.
   * @throws Problem MAPPING_MISSING (customer without company), CONTRACT_UNKNOWN; CONTRACT_CYCLE, CONTRACT_CURRENCY,
   * CONTRACT_DATE, COMPANY_INACTIVE or, for any other or several reasons, CONTRACT_UNSUITABLE (all in `reasons`);
   * MOVE_NEEDED while it has units on another contract; TASK_RUNNING; and Autotask's own.
   */
  async map(connection: Connection, subscription: SubscriptionMirror, contractId: number, by: string): Promise<void> {
    const { subscriptionId } = subscription;
    const contract = await this.judged(connection, subscription, contractId);
    await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      await assertNotRunning(em, connection, subscriptionId);
      await this.assertNoMove(em, connection, subscriptionId, contractId);
      await this.mappings.setContract(em, connection, subscriptionId, contractId, by, contract.name);
    });
    await this.changes.changed(connection, { subscriptionIds: [subscriptionId] });
  }

  /** Whether `map` would do it now. @throws Problem as `map`, but for TASK_RUNNING. */
  async assertMappable(connection: Connection, subscription: SubscriptionMirror, contractId: number): Promise<void> {
    await this.judged(connection, subscription, contractId);
    await this.assertNoMove(this.database.unit(), connection, subscription.subscriptionId, contractId);
  }

  /**
   * The contract, judged freshly as suitable for the subscription.
   *
   * @throws Problem as `map`, but for MOVE_NEEDED and TASK_RUNNING.
   */
  async judged(
    connection: Connection,
    { customerId, data }: SubscriptionMirror,
    contractId: number,
  ): Promise<ContractCandidate> {
    const companies = await this.mappings.companiesOf(this.database.unit(), connection, customerId);
    if (companies.length === 0)
      throw new Problem('conflict', 'MAPPING_MISSING', 'Its customer has no company yet. Map the customer first.', {
        customerId,
      });
    const contract = await this.finder.judge(connection, { customerId, subscription: data }, contractId);
    if (!contract)
      throw new Problem('conflict', 'CONTRACT_UNKNOWN', `Autotask has no contract ${contractId} that you may see.`);
    if (!contract.suitable) throw unsuitable(contract);
    return contract;
  }

  /** Another contract on which the subscription ends up with units, and how many; undefined = none. */
  async unitsElsewhere(
    em: Unit,
    connection: Connection,
    subscriptionId: string,
    contractId: number,
  ): Promise<{ contractId: number; units: number } | undefined> {
    const contracts = (await contractsOfShares(em, connection, [subscriptionId])).get(subscriptionId) ?? [];
    const others = contracts.filter((id) => id !== contractId);
    const steps = await stepsOfContracts(em, connection, others);
    for (const other of others) {
      const units = lastUnits(steps.get(other)?.ledger ?? [], subscriptionId);
      if (units !== 0) return { contractId: other, units };
    }
    return undefined;
  }

  /**
   * Takes a subscription off its contract. Autotask stays as it is: its units there become untracked base. Nothing
   * changes when it is not mapped.
   *
   * @param by host user id. @throws Problem TASK_RUNNING.
   */
  async unmap(connection: Connection, subscription: SubscriptionMirror, by: string): Promise<void> {
    const { subscriptionId } = subscription;
    const today = await this.clock.businessToday(connection.timeZone);
    const changed = await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      const contractId = await this.mappings.contractOf(em, connection, subscriptionId);
      if (contractId === undefined) return false;
      await assertNotRunning(em, connection, subscriptionId);
      const units = await this.release(em, connection, subscriptionId, contractId, today);
      await em.execute(
        'delete from subscription_mapping where installation_id = ? and connection_id = ? and subscription_id = ?',
        [connection.installationId, connection.id, subscriptionId],
      );
      await this.log.record(
        {
          installationId: connection.installationId,
          connectionId: connection.id,
          actor: by,
          category: 'mapping',
          action: 'subscription.contract.unmapped',
          outcome: 'ok',
          message: `Subscription ${subscriptionId} is no longer mapped to contract ${contractId}. ${units} units stay in Autotask and are not tracked any more.`,
          subscriptionId,
          customerId: subscription.customerId,
          before: { contractId, units },
          after: null,
        },
        em,
      );
      return true;
    });
    if (changed) await this.changes.changed(connection, { subscriptionIds: [subscriptionId] });
  }

  /**
   * What `unmap` would do, without doing it: the units that would stay in Autotask untracked, and the open tasks that
   * would wait for a contract.
   */
  async unmapPreview(connection: Connection, { subscriptionId }: SubscriptionMirror): Promise<UnmapEffect> {
    const em = this.database.unit();
    const contractId = await this.mappings.contractOf(em, connection, subscriptionId);
    if (contractId === undefined) return { contractId: null, lines: [], units: 0, openTasks: 0, taskRunning: false };
    const today = await this.clock.businessToday(connection.timeZone);
    const ledger = (await stepsOfContracts(em, connection, [contractId])).get(contractId)?.ledger ?? [];
    const lines = [...groupBy(ledger, (step) => step.contractServiceId)].flatMap(([contractServiceId, steps]) => {
      const line = new LineLedger(steps, '');
      return line.productsOf(subscriptionId).map((productKey) => ({
        contractServiceId,
        productKey,
        units: valueOn(line.share(subscriptionId, productKey), today),
      }));
    });
    const states = await em.execute<{ state: SyncTaskState }[]>(
      'select state from sync_task where installation_id = ? and connection_id = ? and subscription_id = ?',
      [connection.installationId, connection.id, subscriptionId],
    );
    return {
      contractId,
      lines,
      units: lines.reduce((total, { units }) => total + units, 0),
      openTasks: states.filter(({ state }) => (OPEN_STATES as readonly string[]).includes(state)).length,
      taskRunning: states.some(({ state }) => state === 'running' || state === 'uncertain'),
    };
  }

  /** Shares become base. @returns how many units it held that day. */
  private async release(
    em: Unit,
    connection: Connection,
    subscriptionId: string,
    contractId: number,
    today: CalendarDate,
  ): Promise<number> {
    const ledger = (await stepsOfContracts(em, connection, [contractId])).get(contractId)?.ledger ?? [];
    let units = 0;
    for (const steps of groupBy(ledger, (step) => step.contractServiceId).values()) {
      const line = new LineLedger(steps, '');
      for (const productKey of line.productsOf(subscriptionId))
        units += valueOn(line.share(subscriptionId, productKey), today);
      await appendLedgerSteps(em, connection, contractId, sharesToBase(steps, subscriptionId, today));
    }
    return units;
  }

  private async assertNoMove(
    em: Unit,
    connection: Connection,
    subscriptionId: string,
    contractId: number,
  ): Promise<void> {
    const elsewhere = await this.unitsElsewhere(em, connection, subscriptionId, contractId);
    if (!elsewhere) return;
    throw new Problem(
      'conflict',
      'MOVE_NEEDED',
      `It has ${elsewhere.units} units on contract ${elsewhere.contractId}. They would have to go down there and up on the new one: move it with a task of its own, or unmap it first if they are to stay there.`,
      elsewhere,
    );
  }
}

/** Units the subscription's shares come to in the end. */
function lastUnits(ledger: readonly LedgerStep[], subscriptionId: string): number {
  let units = 0;
  for (const steps of groupBy(ledger, (step) => step.contractServiceId).values()) {
    const line = new LineLedger(steps, '');
    for (const productKey of line.productsOf(subscriptionId))
      units += lastValue(line.share(subscriptionId, productKey));
  }
  return units;
}

/**
 * A task at work on the subscription would write its units to the contract it started with. Its rows are locked, so that
 * none starts before this transaction ends.
 */
async function assertNotRunning(em: Unit, connection: Connection, subscriptionId: string): Promise<void> {
  const tasks = await em.execute<{ state: string }[]>(
    `select state from sync_task where installation_id = ? and connection_id = ? and subscription_id = ?
       and state in ('ready', 'running', 'uncertain', 'failed') for update`,
    [connection.installationId, connection.id, subscriptionId],
  );
  if (tasks.some(({ state }) => state === 'running' || state === 'uncertain'))
    throw new Problem(
      'conflict',
      'TASK_RUNNING',
      'A task of this subscription is being written or not proven yet. Wait until it has ended, then try again.',
    );
}

function unsuitable({ id, name, reasons, extendable }: ContractCandidate): Problem {
  const codes = new Set(reasons.map(({ code }) => code));
  const code = codes.size === 1 ? reasons[0]!.code : 'CONTRACT_UNSUITABLE';
  return new Problem('conflict', code, reasons.map(({ message }) => message).join(' '), {
    contract: { id, name },
    reasons,
    extendable,
  });
}
