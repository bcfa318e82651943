import { RequestBudget, type Budget } from './request-budget.js';
import { RequestGate, type Gate } from './request-gate.js';
import type { Zone } from './zone-directory.js';

/** What all connections to one Autotask instance share. */
export interface InstanceLimits {
  gate: Gate;
  budget: Budget;
}

/**
 * Gates and budgets by Autotask instance (zone and `ci`), because its limits count there and several connections – one
 * per currency – may use it (DESIGN §7).
 */
export class InstanceLimitsRegistry {
  readonly #byInstance = new Map<string, InstanceLimits>();

  /**
   * @param make the limits of an instance by its name; in this process's memory unless told otherwise, which is right
   *   only while no other process speaks with the same instance.
   */
  constructor(
    private readonly make: (instance: string) => InstanceLimits = () => ({
      gate: new RequestGate(),
      budget: new RequestBudget(),
    }),
  ) {}

  /** The limits of the zone's instance; the same objects for every connection to it. */
  of(zone: Pick<Zone, 'baseUrl' | 'ci'>): InstanceLimits {
    const key = `${zone.baseUrl.href}|${zone.ci}`.slice(0, 300);
    let limits = this.#byInstance.get(key);
    if (!limits) this.#byInstance.set(key, (limits = this.make(key)));
    return limits;
  }
}
