import { Button, Modal } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useBlocker } from 'react-router';
import { host } from '../host';
import { m } from '../messages';
import { useFocusBack } from '../parts/dialog';

interface Props {
  /** How many changes would be lost. */
  count: number;
  /** Places below which they are not lost. */
  within: string;
  /** Saves; true when it is safe to go on. */
  save(): Promise<boolean>;
  /** Forgets what is kept for a reload. */
  drop(): void;
}

/** Asks before changes are lost, and tells the host that there are some (reference/page-design §3.1, §5.3). */
export function LeaveGuard({ count, within, save, drop }: Props): ReactNode {
  useEffect(() => {
    host.dirty(count);
    return () => host.dirty(0);
  }, [count]);
  const blocker = useBlocker(({ nextLocation }) => count > 0 && !nextLocation.pathname.startsWith(within));
  if (blocker.state !== 'blocked') return null;
  return (
    <LeaveQuestion
      count={count}
      onStay={() => blocker.reset()}
      onLeave={() => {
        drop();
        blocker.proceed();
      }}
      onSave={() =>
        void save().then((done) => {
          if (done) blocker.proceed();
          else blocker.reset();
        })
      }
    />
  );
}

function LeaveQuestion(props: { count: number; onStay(): void; onLeave(): void; onSave(): void }): ReactNode {
  useFocusBack();
  return (
    <Modal
      opened
      onClose={props.onStay}
      title={<span className="strong">{m.setup.leaveTitle(props.count)}</span>}
      closeButtonProps={{ 'aria-label': m.common.close }}
    >
      <div className="stack">
        <p>{m.setup.leaveText}</p>
        <div className="row end">
          <Button variant="default" onClick={props.onLeave}>
            {m.setup.leave}
          </Button>
          <Button data-autofocus variant="default" onClick={props.onStay}>
            {m.setup.stay}
          </Button>
          <Button onClick={props.onSave}>{m.common.save}</Button>
        </div>
      </div>
    </Modal>
  );
}
