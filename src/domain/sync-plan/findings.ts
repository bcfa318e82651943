import type { RequiredAction, RequiredActionCode } from './sync-plan.js';
import type { PlanWarning } from './sync-plan.js';

/**
 * What a plan has to say besides its operations: what a person must answer, what they should know, and why nobody but a
 * person may confirm it. The same thing said twice is kept once.
 */
export class Findings {
  readonly requiredActions: RequiredAction[] = [];
  readonly warnings: PlanWarning[] = [];
  private readonly manual: string[] = [];
  /** Set when the marketplace asked for something Autotask cannot express (FEATURES PSH-10). */
  notSupported: string | undefined;

  /** A question or a thing to mend: the task is not ready before it is settled. */
  require(
    code: RequiredActionCode,
    message: string,
    about?: { subject?: RequiredAction['subject']; options?: RequiredAction['options'] },
  ): void {
    if (this.requiredActions.some((known) => known.code === code && known.message === message)) return;
    this.requiredActions.push({ code, message, ...about });
  }

  /** Something to know that stops nothing; about money, it keeps the task from running by itself (INS-5). */
  warn(code: string, message: string, money: boolean): void {
    if (!this.warnings.some((known) => known.message === message)) this.warnings.push({ code, message, money });
  }

  /** A person must confirm this plan, whatever the settings say (DESIGN §6 Guards). */
  manualBecause(reason: string): void {
    if (!this.manual.includes(reason)) this.manual.push(reason);
  }

  /** Why the plan must not run by itself; undefined when it may. */
  get manualReason(): string | undefined {
    const action = this.requiredActions[0];
    return this.manual[0] ?? action?.message ?? this.warnings.find((warning) => warning.money)?.message;
  }
}
