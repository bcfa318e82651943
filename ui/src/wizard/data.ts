import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { remember, remembered } from '../app/preferences';

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

/** Answers of the wizard, kept on the server as they are given (WIZ-1). */
export interface DraftKeeper {
  choices: Choices | undefined;
  savedAt: string | null;
  saving: boolean;
  /** Somebody else's answers, when ours could not be saved. */
  theirs: Draft | undefined;
  error: unknown;
  choose(change: Partial<Choices>): void;
  takeTheirs(): void;
  keepMine(): void;
  /** Tries again to save what could not be saved. */
  again(): void;
  /** Resolves when nothing is left to be saved. */
  settle(): Promise<void>;
}

/** Asks for the answers given so far, at once with the task: nobody waits for one to ask for the other. */
export function askDraft(taskId: string): Promise<Draft> {
  const asked = ok(api.GET('/api/v1/tasks/{taskId}/draft', { params: { path: { taskId } } }));
  // Whoever takes it hears of a failure; a viewer never does.
  asked.catch(() => undefined);
  return asked;
}

/**
 * @param asked what `askDraft` began, for the first reading. @param readOnly nothing is read or saved: the task's own choices are shown. @param step where the person is, for the next
 * device.
 */
export function useDraft(
  taskId: string,
  asked: Promise<Draft> | undefined,
  step: string,
  readOnly: boolean,
  own: Choices | undefined,
): DraftKeeper {
  const [choices, setChoices] = useState<Choices>();
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [theirs, setTheirs] = useState<Draft>();
  const [error, setError] = useState<unknown>();
  const version = useRef(0);
  const latest = useRef<Choices>({});
  const queue = useRef(Promise.resolve());
  const stepNow = useRef(step);
  stepNow.current = step;

  const unsaved = `psa-sync:draft:${taskId}`;

  const take = useCallback((draft: Draft): void => {
    version.current = draft.version;
    latest.current = draft.choices;
    setChoices(draft.choices);
    setSavedAt(draft.updatedAt);
  }, []);
  const save = useCallback(async (): Promise<void> => {
    setSaving(true);
    setError(undefined);
    try {
      const sent = latest.current;
      const draft = await ok(
        api.PUT('/api/v1/tasks/{taskId}/draft', {
          params: { path: { taskId } },
          body: { step: stepNow.current, choices: sent, version: version.current },
        }),
      );
      version.current = draft.version;
      setSavedAt(draft.updatedAt);
      remember(unsaved, latest.current === sent ? undefined : { choices: latest.current, version: draft.version });
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.code === 'DRAFT_CONFLICT') setTheirs(failure.body.theirs as Draft);
      else setError(failure);
    } finally {
      setSaving(false);
    }
  }, [taskId, unsaved]);
  const enqueue = useCallback((): void => {
    // One after the other: each save names the version that the one before has made.
    queue.current = queue.current.then(save);
  }, [save]);
  const keep = useCallback(
    (next: Choices): void => {
      latest.current = next;
      setChoices(next);
      remember(unsaved, { choices: next, version: version.current });
      enqueue();
    },
    [enqueue, unsaved],
  );

  // Only a viewer sees the task's own choices: news of the task must not put an answer back that was just given.
  const shown = readOnly ? own : undefined;
  useEffect(() => {
    if (readOnly) {
      if (shown) setChoices(shown);
      return;
    }
    let gone = false;
    (asked ?? askDraft(taskId)).then(
      (draft) => {
        if (gone) return;
        take(draft);
        // What could not be sent before the page was loaded again, unless somebody has answered meanwhile.
        const left = remembered<{ choices: Choices; version: number }>(unsaved);
        remember(unsaved, undefined);
        if (left?.version === draft.version) keep(left.choices);
      },
      (failure: unknown) => {
        if (!gone) setError(failure);
      },
    );
    return () => {
      gone = true;
    };
  }, [taskId, asked, readOnly, shown, take, keep, unsaved]);

  return {
    choices,
    savedAt,
    saving,
    theirs,
    error,
    choose: (change) => {
      const next = withoutEmpty({ ...latest.current, ...change });
      if (readOnly) setChoices(next);
      else keep(next);
    },
    takeTheirs: () => {
      if (theirs) take(theirs);
      remember(unsaved, undefined);
      setTheirs(undefined);
    },
    keepMine: () => {
      if (theirs) version.current = theirs.version;
      setTheirs(undefined);
      enqueue();
    },
    again: enqueue,
    settle: async () => await queue.current,
  };
}

function withoutEmpty(choices: Choices): Choices {
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
