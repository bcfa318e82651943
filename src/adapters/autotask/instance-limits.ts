import { RequestBudget } from './request-budget.js';
import { RequestGate } from './request-gate.js';
import type { Zone } from './zone-directory.js';

/** What all connections to one Autotask instance share. */
export interface InstanceLimits {
  gate: RequestGate;
  budget: RequestBudget;
}

/**
 * Gates and budgets by Autotask instance (zone and `ci`), because its limits count there and several connections – one
 * per currency – may use it (DESIGN §7). In memory, for one process; several processes need the same two objects over
 * shared rows, behind this class.
 */
export class InstanceLimitsRegistry {
  readonly #byInstance = new Map<string, InstanceLimits>();

  /** The limits of the zone's instance; the same objects for every connection to it. */
  of(zone: Pick<Zone, 'baseUrl' | 'ci'>): InstanceLimits {
    const key = `${zone.baseUrl.href}|${zone.ci}`;
    let limits = this.#byInstance.get(key);
    if (!limits) this.#byInstance.set(key, (limits = { gate: new RequestGate(), budget: new RequestBudget() }));
    return limits;
  }
}
