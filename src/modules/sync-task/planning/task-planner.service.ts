import { Injectable } from '@nestjs/common';
import { planSync } from '../../../domain/sync-plan/plan-sync.js';
import { feeTargetProblem } from '../../../domain/mapping/mapping-health.js';
import type { FeeMappingFacts, SyncFacts } from '../../../domain/sync-plan/sync-facts.js';
import type { SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import type { Connection } from '../../installation/connection.entity.js';
import type { AutotaskReader, FeeTargets } from './autotask-reader.js';
import { PlanFacts, type PlanRequest } from './plan-facts.service.js';

/** A plan with the facts it was made from. */
export interface PlannedTask {
  facts: SyncFacts;
  plan: SyncPlan;
}

/** The one way to a plan: the wizard's preview, lists and the executor all come here (DESIGN §1). */
@Injectable()
export class TaskPlanner {
  constructor(private readonly facts: PlanFacts) {}

  /**
   * Plans tasks of one connection from fresh facts, by task id.
   *
   * @throws AutotaskError when a look-up fails.
   */
  async plan(
    connection: Connection,
    requests: readonly PlanRequest[],
    reader: AutotaskReader,
  ): Promise<Map<string, PlannedTask>> {
    const gathered = await this.facts.gather(connection, requests, reader);
    const planned = new Map<string, PlannedTask>();
    const charging = new Map<number, SyncFacts[]>();
    for (const [id, facts] of gathered) {
      const plan = planSync(facts);
      planned.set(id, { facts, plan });
      const contractId = facts.contract?.contract.id;
      if (contractId !== undefined && plan.operations.some(({ kind }) => kind === 'addCharge'))
        charging.set(contractId, [...(charging.get(contractId) ?? []), facts]);
    }
    if (charging.size === 0) return planned;
    // Few plans make charges, so what Autotask holds under our keys is asked for only now, for all of them at once.
    const held = await reader.keyedCharges([...charging.keys()]);
    const chargeType = connection.capabilities.chargeType ?? (await reader.chargeType());
    const targets = await reader.feeTargets();
    for (const [contractId, contractFacts] of charging)
      for (const facts of contractFacts) {
        const heldCharges = held.flatMap((charge) =>
          charge.contractId === contractId ? (charge.internalPurchaseOrderNumber ?? []) : [],
        );
        const capabilities = { ...facts.capabilities, ...(chargeType === undefined ? {} : { chargeType }) };
        const fees = facts.fees.map((fee) => feeWithHealth(fee, targets));
        const complete = { ...facts, capabilities, heldCharges, fees };
        planned.set(facts.task.id, { facts: complete, plan: planSync(complete) });
      }
    return planned;
  }
}

/** The fee, with the reason against its target as Autotask shows it now (FEATURES MAP-4). */
function feeWithHealth(fee: FeeMappingFacts, targets: FeeTargets): FeeMappingFacts {
  const { billingCodeId, autotaskProductId, nameThen } = fee;
  const id = billingCodeId ?? autotaskProductId;
  if (id === undefined) return fee;
  const now = billingCodeId === undefined ? targets.autotaskProducts.get(id) : targets.billingCodes.get(id);
  const problem = feeTargetProblem({ id, nameThen, now: now && { ...now, saidActive: now.isActive } });
  return problem ? { ...fee, problem: problem.message } : fee;
}
