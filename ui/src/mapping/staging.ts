import { useCallback, useMemo } from 'react';
import { remember, remembered } from '../app/preferences';
import { useMe } from '../app/queries';
import { store, useStore, type Store } from '../app/store';

/** Edits that are not saved yet, kept in the tab's storage per connection and person (reference/page-design §5.3). */
interface Kept<T> {
  /** ISO instant of the last edit. */
  at: string;
  rows: Record<string, T>;
}

interface Stage<T> {
  rows: Record<string, T>;
  /** What an earlier load of the page left behind, until the person says what to do with it. */
  earlier: Kept<T> | undefined;
}

// Entries differ by screen; each screen reads only its own key.
const stages = new Map<string, Store<Stage<unknown>>>();

function stageOf<T>(key: string): Store<Stage<T>> {
  let found = stages.get(key);
  if (!found) {
    const earlier = remembered<Kept<unknown>>(key);
    found = store<Stage<unknown>>({ rows: {}, earlier });
    stages.set(key, found);
  }
  return found as Store<Stage<T>>;
}

/** The staged edits of a screen. */
export interface Staging<T> {
  rows: Readonly<Record<string, T>>;
  size: number;
  /** Stages edits by row id; undefined takes one back. */
  stage(edits: Record<string, T | undefined>): void;
  clear(): void;
  /** Edits of before a reload: how many, and when the last was made. */
  earlier: { size: number; at: string } | undefined;
  resume(): void;
  forget(): void;
}

/** @param what the screen, `customers` or `products` */
export function useStaging<T>(what: string, connectionId: string): Staging<T> {
  const userId = useMe().data?.userId ?? '';
  const key = `psa-sync:staged:${what}:${connectionId}:${userId}`;
  const stage = stageOf<T>(key);
  const { rows, earlier } = useStore(stage);
  const put = useCallback(
    (next: Stage<T>) => {
      stage.set(next);
      const all = { ...next.earlier?.rows, ...next.rows };
      remember(key, Object.keys(all).length > 0 ? { at: new Date().toISOString(), rows: all } : undefined);
    },
    [stage, key],
  );
  return useMemo(
    () => ({
      rows,
      size: Object.keys(rows).length,
      earlier:
        earlier && Object.keys(earlier.rows).length > 0
          ? { size: Object.keys(earlier.rows).length, at: earlier.at }
          : undefined,
      stage: (edits) => {
        const now = stage.get();
        const next = { ...now.rows };
        for (const [id, edit] of Object.entries(edits)) {
          if (edit === undefined) delete next[id];
          else next[id] = edit;
        }
        put({ ...now, rows: next });
      },
      clear: () => put({ ...stage.get(), rows: {} }),
      resume: () => {
        const now = stage.get();
        put({ rows: { ...now.earlier?.rows, ...now.rows }, earlier: undefined });
      },
      forget: () => put({ ...stage.get(), earlier: undefined }),
    }),
    [rows, earlier, stage, put],
  );
}
