import { Textarea } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/client';
import { queryClient } from '../app/queries';
import { m } from '../messages';
import { Choice, Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { ignoreTasks } from './data';
import type { Selection } from './filter';

/** The server ignores no more than this in one answer. */
const MOST = 1000;

interface Props {
  conn: string;
  selection: Selection;
  /** How many they are. */
  count: number;
  onClose(done: boolean): void;
}

/** Ignores one or many tasks, with a reason (TSK-6). */
export function IgnoreDialog({ conn, selection, count, onClose }: Props): ReactNode {
  const [kind, setKind] = useState<'done_by_hand' | 'not_billed'>('done_by_hand');
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { busy, error, run } = useAct();
  const go = async (): Promise<void> => {
    if (reason.trim() === '') {
      setMissing(true);
      field.current?.focus();
      return;
    }
    const done = await run(async () => {
      try {
        await ignoreTasks(conn, selection, count, kind, reason.trim());
      } catch (failure) {
        // The next press is about as many as match by then, and says so.
        if (failure instanceof ApiProblem && failure.code === 'COUNT_CHANGED')
          await queryClient.invalidateQueries({ queryKey: ['selection', conn] });
        throw failure;
      }
    });
    if (done) onClose(true);
  };
  if (count > MOST)
    return (
      <Dialog title={m.ignore.title(count)} onClose={() => onClose(false)}>
        <p>{m.ignore.tooMany(MOST)}</p>
      </Dialog>
    );
  return (
    <Dialog
      title={m.ignore.title(count)}
      onClose={() => onClose(false)}
      go={{ label: m.ignore.go(count), run: () => void go(), busy }}
    >
      <fieldset className="choices">
        <legend>{m.ignore.kind}</legend>
        <Choice
          name="kind"
          checked={kind === 'done_by_hand'}
          onChoose={() => setKind('done_by_hand')}
          label={m.ignore.byHand}
          text={m.ignore.byHandText}
        />
        <Choice
          name="kind"
          checked={kind === 'not_billed'}
          onChoose={() => setKind('not_billed')}
          label={m.ignore.notBilled}
          text={m.ignore.notBilledText}
        />
      </fieldset>
      <Textarea
        label={m.ignore.reason}
        ref={field}
        data-autofocus
        description={m.ignore.reasonHint}
        value={reason}
        maxLength={500}
        autosize
        minRows={2}
        required
        error={missing && reason.trim() === '' ? m.ignore.reasonNeeded : undefined}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <p className="dim small">{m.ignore.note}</p>
      {error !== undefined && <ProblemNotice error={error} />}
    </Dialog>
  );
}
