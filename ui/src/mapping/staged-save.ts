import { useState } from 'react';
import type { QueryKey } from '@tanstack/react-query';
import { ApiProblem } from '../api/client';
import { queryClient } from '../app/queries';
import { toast } from '../app/toasts';
import { m } from '../messages';
import { useAct } from '../parts/problem';
import type { RefusedLine } from './staged-bar';
import type { Staging } from './staging';

/** The most rows that a save takes; more are saved in several, each all or none. */
const ROWS_A_SAVE = 1000;

/** A row that the server refused, as far as all screens read it; `index` counts the rows of the request. */
export interface Refused {
  index: number;
  code: string;
  message: string;
}

interface Options<Edit, Change, Row extends Refused> {
  staging: Staging<Edit>;
  idOf(edit: Edit): string;
  /** The rows of a save that an edit comes to. */
  changesOf(edit: Edit): Change[];
  put(rows: Change[]): Promise<unknown>;
  /** Lists that show something else afterwards. */
  touches: QueryKey[];
  /** How a refused row reads; `mine` is what to stage when the person insists, undefined where there is nothing to insist on. */
  refused(
    row: Row,
    edit: Edit | undefined,
  ): { name: string; theirs?: string | undefined; mine?: (() => Edit | undefined) | undefined };
  onSaved?(): void;
}

/** Saving what is staged, and what comes back refused. */
export interface StagedSave {
  busy: boolean;
  error: unknown;
  /** Refused rows with their ways out; the notice stays until none is left. */
  lines: RefusedLine[];
  /** How many edits the refused save had. */
  of: number;
  /** Whether there is still something to say about the last save. */
  isRefused: boolean;
  /** @returns whether all of it was saved. */
  save(): Promise<boolean>;
  /** Forgets the last refusal: something else is staged now. */
  forget(): void;
}

/** Saves staged edits, each part all or none (reference/page-design §5.3, §5.4). */
export function useStagedSave<Edit, Change, Row extends Refused>(options: Options<Edit, Change, Row>): StagedSave {
  const { staging, idOf, changesOf } = options;
  const act = useAct();
  const [refused, setRefused] = useState<{ rows: { id: string; row: Row }[]; of: number }>();

  const save = async (): Promise<boolean> => {
    const all = Object.values(staging.rows);
    let saved = 0;
    setRefused(undefined);
    const done = await act.run(async () => {
      for (const part of partsOf(all, changesOf)) {
        const owners = part.flatMap((edit) => changesOf(edit).map(() => idOf(edit)));
        try {
          await options.put(part.flatMap(changesOf));
        } catch (error) {
          if (error instanceof ApiProblem && Array.isArray(error.body.rows))
            setRefused({ rows: onePerEdit(error.body.rows as Row[], owners), of: part.length });
          throw error;
        }
        saved += part.length;
        staging.stage(Object.fromEntries(part.map((edit) => [idOf(edit), undefined])));
      }
    });
    if (saved > 0) {
      options.onSaved?.();
      toast(done ? 'good' : 'attention', done ? m.mapping.savedN(saved) : m.staging.tooMany(saved, all.length - saved));
      for (const queryKey of options.touches) void queryClient.invalidateQueries({ queryKey });
    }
    return done;
  };

  const lines = (refused?.rows ?? []).map(({ id, row }): RefusedLine => {
    const { name, theirs, mine } = options.refused(row, staging.rows[id]);
    const settle = (edit: Edit | undefined): void => {
      staging.stage({ [id]: edit });
      setRefused((old) => old && { ...old, rows: old.rows.filter((one) => one.id !== id) });
    };
    return {
      id,
      name,
      message: row.message,
      theirs,
      keepTheirs: () => settle(undefined),
      useMine: mine && (() => settle(mine())),
    };
  });
  return {
    busy: act.busy,
    error: act.error,
    lines,
    of: refused?.of ?? staging.size,
    isRefused: act.error !== undefined && !(refused && lines.length === 0),
    save,
    forget: () => {
      setRefused(undefined);
      act.clear();
    },
  };
}

function partsOf<Edit>(all: readonly Edit[], changesOf: (edit: Edit) => unknown[]): Edit[][] {
  const parts: Edit[][] = [[]];
  let size = 0;
  for (const edit of all) {
    const own = changesOf(edit).length;
    if (size + own > ROWS_A_SAVE) {
      parts.push([]);
      size = 0;
    }
    size += own;
    parts.at(-1)!.push(edit);
  }
  return parts;
}

function onePerEdit<Row extends Refused>(rows: readonly Row[], owners: readonly string[]): { id: string; row: Row }[] {
  const byId = new Map<string, Row>();
  for (const row of rows) {
    const id = owners[row.index];
    if (id !== undefined) byId.set(id, row);
  }
  return [...byId].map(([id, row]) => ({ id, row }));
}
