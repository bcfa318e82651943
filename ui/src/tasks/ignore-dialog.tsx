import { Textarea } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { m } from '../messages';
import type { Task } from '../parts/badges';
import { Choice, Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { ignoreTasks } from './data';

/** Ignores one or many tasks, with a reason (TSK-6). */
export function IgnoreDialog(props: { conn: string; tasks: Task[]; onClose(done: boolean): void }): ReactNode {
  const { conn, tasks, onClose } = props;
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
    const done = await run(
      async () =>
        await ignoreTasks(
          conn,
          tasks.map(({ id }) => id),
          kind,
          reason.trim(),
        ),
    );
    if (done) onClose(true);
  };
  return (
    <Dialog
      title={m.ignore.title(tasks.length)}
      onClose={() => onClose(false)}
      go={{ label: m.ignore.go(tasks.length), run: () => void go(), busy }}
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
