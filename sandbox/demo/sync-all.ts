import { ApiError, type ApiClient } from './api-client.js';
import type { Progress } from './report.js';
import type { DemoConnection } from './set-up.js';

/** A task as the list shows it. */
export interface TaskRow {
  id: string;
  type: string;
  state: string;
  orderNumber: string | null;
  subscriptionId: string;
  effectiveDate: string;
  waitsFor?: unknown;
  failure?: { code: string; message: string } | null;
}

interface RequiredAction {
  code: string;
  message: string;
  options?: { value: string; label: string; choices?: Choices }[];
}

interface Plan {
  hash: string;
  requiredActions: RequiredAction[];
}

type Choices = Record<string, unknown>;

interface ContractRow {
  id: number;
  suitable: boolean;
  /** Set when it ends before the subscription's term does. */
  endsBeforeTerm: string | null;
}

const OPEN = ['pending', 'action_required', 'ready', 'running', 'failed', 'uncertain'];

/** A question may lead to the next one; more rounds than this are a circle. */
const ROUNDS = 8;

/**
 * Syncs every open task of a connection, oldest first per subscription, answering the questions a plan asks as a careful
 * person would on a fresh tenant. Goes round until nothing is left that can go on.
 *
 * @returns the tasks that could not be synced, each with its reason.
 */
export async function syncAll(
  api: ApiClient,
  connection: DemoConnection,
  progress: Progress,
): Promise<{ synced: number; stuck: { task: TaskRow; reason: string }[] }> {
  const stuck = new Map<string, { task: TaskRow; reason: string }>();
  let synced = 0;
  for (;;) {
    const tasks = await openTasks(api, connection);
    const blocked = new Set([...stuck.values()].map(({ task }) => task.subscriptionId));
    const next = oldestPerSubscription(tasks).filter((task) => !blocked.has(task.subscriptionId));
    if (next.length === 0) return { synced, stuck: [...stuck.values()] };
    for (const task of next) {
      progress.show(
        synced,
        synced + tasks.length - stuck.size,
        `${task.type} ${task.orderNumber ?? task.subscriptionId}`,
      );
      const reason = await syncOne(api, task);
      if (reason === undefined) synced += 1;
      else stuck.set(task.id, { task, reason });
    }
  }
}

/** The last day from which anything written by these tasks takes effect in Autotask. */
export async function lastEffectiveDate(api: ApiClient, tasks: readonly TaskRow[]): Promise<string> {
  let last = '';
  for (const { id, effectiveDate } of tasks.filter(({ state }) => state === 'synced')) {
    const { steps } = await api.call<{ steps: { call: { body: { effectiveDate?: string } } }[] }>(
      'GET',
      `/tasks/${id}`,
    );
    for (const day of [effectiveDate, ...steps.map(({ call }) => call.body.effectiveDate ?? '')])
      if (day.slice(0, 10) > last) last = day.slice(0, 10);
  }
  return last;
}

/** Every task of the connection, whatever its state. */
export async function allTasks(api: ApiClient, connection: DemoConnection): Promise<TaskRow[]> {
  return await api.all<TaskRow>(`/connections/${connection.id}/tasks`);
}

async function openTasks(api: ApiClient, connection: DemoConnection): Promise<TaskRow[]> {
  return (await allTasks(api, connection)).filter(({ state }) => OPEN.includes(state));
}

function oldestPerSubscription(tasks: TaskRow[]): TaskRow[] {
  const held = new Set<string>();
  const oldest: TaskRow[] = [];
  for (const task of tasks.toSorted((a, b) =>
    a.effectiveDate < b.effectiveDate ? -1 : a.effectiveDate > b.effectiveDate ? 1 : 0,
  )) {
    if (!held.has(task.subscriptionId) && task.waitsFor == null) oldest.push(task);
    held.add(task.subscriptionId);
  }
  return oldest;
}

/** Plans, answers, confirms and waits. Returns why it did not end synced, or undefined when it did. */
async function syncOne(api: ApiClient, task: TaskRow): Promise<string | undefined> {
  let choices: Choices = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const plan = await api.call<Plan>('POST', `/tasks/${task.id}/plan`, { choices });
    if (plan.requiredActions.length > 0) {
      const answer = await answerTo(api, task, plan.requiredActions);
      if (typeof answer === 'string') return answer;
      choices = merged(choices, answer);
      continue;
    }
    let jobId: string;
    try {
      ({ jobId } = await api.call<{ jobId: string }>('POST', `/tasks/${task.id}/sync`, {
        choices,
        planHash: plan.hash,
      }));
    } catch (error) {
      // Another task of the same contract was faster; its write changed the picture, so look again.
      if (error instanceof ApiError && ['PLAN_CHANGED', 'ACTION_REQUIRED'].includes(error.code)) continue;
      throw error;
    }
    await api.job(jobId);
    const after = await api.call<TaskRow>('GET', `/tasks/${task.id}`);
    if (after.state === 'synced' || after.state === 'superseded') return undefined;
    if (after.state === 'action_required' || after.state === 'ready') continue;
    return `${after.state}: ${after.failure?.message ?? 'no reason given'}`;
  }
  return `not settled after ${ROUNDS} rounds`;
}

/** Choices that settle the first question; or the reason why nobody could answer it here. */
async function answerTo(api: ApiClient, task: TaskRow, actions: RequiredAction[]): Promise<Choices | string> {
  const [action] = actions;
  if (!action) return {};
  if (action.code === 'CONTRACT_MISSING') {
    const contracts = await api.call<{ items: ContractRow[] }>('GET', `/tasks/${task.id}/contracts`);
    // A contract that ends before the term does would have to be extended soon; a careful person makes a new one.
    const chosen = contracts.items.find((one) => one.suitable && one.endsBeforeTerm === null);
    return { contract: chosen ? { id: chosen.id } : { create: {} } };
  }
  // Nothing was ever billed elsewhere in a rehearsal, so the running period belongs on the contract.
  if (action.code === 'INITIAL_BILLED') return { alreadyBilled: false };
  // The first option of a question is what the product recommends.
  const recommended = action.options?.find(({ choices }) => choices !== undefined)?.choices;
  return recommended ?? `${action.code}: ${action.message}`;
}

/** Adds answers to choices; rows of lists are joined by the product or line they are about. */
function merged(choices: Choices, answer: Choices): Choices {
  const all: Choices = { ...choices };
  for (const [name, value] of Object.entries(answer)) {
    const old = all[name];
    all[name] = Array.isArray(value) && Array.isArray(old) ? joined(old as Choices[], value as Choices[]) : value;
  }
  return all;
}

function joined(old: Choices[], added: Choices[]): Choices[] {
  const key = (row: Choices) => String(row['productKey'] ?? row['lineId']);
  const rows = new Map(old.map((row) => [key(row), row]));
  for (const row of added) rows.set(key(row), { ...rows.get(key(row)), ...row });
  return [...rows.values()];
}
