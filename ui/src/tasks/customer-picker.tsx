import { useEffect, useRef, type ReactNode } from 'react';
import { findCustomers, type FoundCustomer } from '../mapping/find';
import { Picker } from '../mapping/picker';
import { m } from '../messages';

interface Props {
  conn: string;
  onChoose(id: string): void;
  /** Left without a choice. @param back true = by key, so that the focus goes back to where it came from */
  onLeave(back: boolean): void;
}

/** Chooses the customer whose tasks are shown. In place of the button that opens it. */
export function CustomerPicker({ conn, onChoose, onLeave }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector('input')?.focus(), []);
  return (
    <div
      ref={box}
      className="picking"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onLeave(true);
      }}
      onBlur={({ relatedTarget }) => {
        if (!box.current?.contains(relatedTarget)) onLeave(false);
      }}
    >
      <Picker<FoundCustomer>
        label={m.tasks.customer}
        hideLabel
        of={[conn, 'customers']}
        placeholder={m.tasks.customerSearch}
        fetch={async (search) => await findCustomers(conn, search)}
        value={undefined}
        onChoose={({ id }) => onChoose(id)}
      />
    </div>
  );
}
