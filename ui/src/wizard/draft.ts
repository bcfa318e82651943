import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ApiProblem, ok } from '../api/client';
import { remember, remembered } from '../app/preferences';
import { queryClient, useMe } from '../app/queries';
import { withoutEmpty, type Choices, type Draft } from './data';

/** How often it is looked whether somebody else answers, and how long an answer of theirs counts as being here. */
const LOOK_MS = 10_000;
const PRESENT_MS = 5 * 60_000;

/** Answers of the wizard, kept on the server as they are given (WIZ-1). */
export interface DraftKeeper {
  choices: Choices | undefined;
  savedAt: string | null;
  saving: boolean;
  /** Somebody else's answers, when ours could not be saved. */
  theirs: Draft | undefined;
  /** Somebody else who has answered here in the last minutes: a line, not a lock (reference/page-design §5.4). */
  present: Draft | undefined;
  /** True when those answers are not the ones shown. */
  presentIsNewer: boolean;
  error: unknown;
  choose(change: Partial<Choices>): void;
  takeTheirs(): void;
  /** Shows the answers of who is present. */
  takePresent(): void;
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
  const { data: me } = useMe();
  const [taken, setTaken] = useState<Draft>();
  const { data: latestSaved, dataUpdatedAt: readAt } = useQuery({
    queryKey: ['draft', taskId],
    queryFn: () => askDraft(taskId),
    enabled: taken !== undefined && !readOnly,
    initialData: taken,
    staleTime: LOOK_MS,
    refetchInterval: LOOK_MS,
  });
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
    setTaken(draft);
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
      queryClient.setQueryData(['draft', taskId], draft);
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

  const other = latestSaved?.updatedBy && latestSaved.updatedBy !== me?.userId ? latestSaved : undefined;
  const present = other?.updatedAt && readAt - Date.parse(other.updatedAt) < PRESENT_MS && !theirs ? other : undefined;

  return {
    choices,
    present,
    presentIsNewer: present !== undefined && present.updatedAt !== savedAt,
    takePresent: () => {
      if (present) take(present);
    },
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
