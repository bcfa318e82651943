import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';

export type Choices = Schemas['ChoicesDto'];
export type Line = Schemas['LineChoiceDto'];
export type Plan = Schemas['SyncPlanView'];
export type Action = Schemas['RequiredActionView'];
export type Draft = Schemas['DraftView'];

/** What a step of the wizard works with. */
export interface StepProps {
  conn: string;
  currency: string;
  task: Schemas['TaskDetail'];
  plan: Plan;
  /** True while a newer plan is on its way: amounts are dimmed, never blank. */
  planning: boolean;
  choices: Choices;
  /** Viewers look on. */
  readOnly: boolean;
  /** Keeps an answer: on the server at once, planned again after a moment. */
  choose(change: Partial<Choices>): void;
  /** Plans again from a fresh reading; resolves with the new plan in place. */
  readAgain(): Promise<void>;
  /** What *Continue* waits for, such as a mapping that is being saved. */
  hold(work: Promise<unknown>): void;
}

const PLAN_AFTER_MS = 300;

/**
 * The plan for these choices; the one before stays until the new one is here. `settling`: it is for older choices.
 *
 * @param state how the task stands: in another state the plan is another one.
 */
export function usePlan(
  taskId: string,
  state: string,
  choices: Choices | undefined,
): UseQueryResult<Plan, ApiProblem> & { settling: boolean } {
  const [settled, setSettled] = useState(choices);
  useEffect(() => {
    if (settled === undefined) {
      setSettled(choices);
      return;
    }
    const timer = window.setTimeout(() => setSettled(choices), PLAN_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [choices, settled]);
  const query = useQuery<Plan, ApiProblem>({
    queryKey: ['plan', taskId, settled, state],
    queryFn: () =>
      ok(api.POST('/api/v1/tasks/{taskId}/plan', { params: { path: { taskId } }, body: { choices: settled! } })),
    enabled: settled !== undefined && choices !== undefined,
    placeholderData: (old) => old,
    staleTime: 15_000,
    gcTime: 60_000,
  });
  return { ...query, settling: choices !== settled };
}

/** Leaves out what is not answered. */
export function withoutEmpty(choices: Choices): Choices {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined)) as Choices;
}

/** The choices with one product's row changed. */
export function withLine(choices: Choices, productKey: string, change: Partial<Line>): Line[] {
  const lines = choices.lines ?? [];
  const old = lines.find((line) => line.productKey === productKey) ?? { productKey, include: true };
  const next = Object.fromEntries(
    Object.entries({ ...old, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as Line;
  return [...lines.filter((line) => line.productKey !== productKey), next];
}

/** Merges a ready answer into the choices: lists by their key, the rest as it is. */
export function merged(choices: Choices, answer: Choices): Choices {
  const byKey = <T>(old: T[] | undefined, add: T[] | undefined, key: (one: T) => unknown): T[] | undefined => {
    if (!add) return old;
    const rest = (old ?? []).filter((one) => !add.some((other) => key(other) === key(one)));
    return [...rest, ...add.map((one) => ({ ...(old ?? []).find((other) => key(other) === key(one)), ...one }))];
  };
  return withoutEmpty({
    ...choices,
    ...answer,
    lines: byKey(choices.lines, answer.lines, ({ productKey }) => productKey),
    drift: byKey(choices.drift, answer.drift, ({ lineId }) => lineId),
  });
}
