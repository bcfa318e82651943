import { Button, TextInput } from '@mantine/core';
import { IconChevronDown, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { findCustomers } from '../mapping/find';
import { m } from '../messages';

const CustomerPicker = lazy(async () => ({ default: (await import('./customer-picker')).CustomerPicker }));

/** The customer whose tasks are shown: a button that becomes the picker. */
export function CustomerFilter(props: {
  conn: string;
  customerId: string;
  /** As a task of the list names it. */
  name: string | undefined;
  onChange(customerId: string): void;
}): ReactNode {
  const { conn, customerId, name, onChange } = props;
  const [choosing, setChoosing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const comesBack = useRef(false);
  // Where no task matches there is none to take the name from.
  const { data } = useQuery({
    queryKey: ['customers', conn, 'one', customerId],
    queryFn: async () => {
      const { items } = await findCustomers(conn, customerId);
      return items.find(({ id }) => id === customerId)?.name ?? customerId;
    },
    enabled: customerId !== '',
  });
  useEffect(() => {
    if (choosing || !comesBack.current) return;
    comesBack.current = false;
    opener.current?.focus();
  }, [choosing]);
  const leave = (back: boolean): void => {
    comesBack.current = back;
    setChoosing(false);
  };
  if (choosing)
    return (
      <Suspense fallback={<TextInput aria-label={m.tasks.customer} placeholder={m.common.loading} readOnly />}>
        <CustomerPicker
          conn={conn}
          onChoose={(id) => {
            onChange(id);
            leave(true);
          }}
          onLeave={leave}
        />
      </Suspense>
    );
  return (
    <span className="joined">
      <Button
        ref={opener}
        className="picker"
        fw={400}
        fz="xs"
        px={10}
        variant="default"
        rightSection={<IconChevronDown size={14} aria-hidden />}
        onClick={() => setChoosing(true)}
      >
        <span className="cut">
          {m.tasks.customer}: {customerId === '' ? m.common.any : (name ?? data ?? m.common.loading)}
        </span>
      </Button>
      {customerId !== '' && (
        <button
          type="button"
          className="iconbutton"
          aria-label={m.tasks.anyCustomer}
          onClick={() => {
            onChange('');
            opener.current?.focus();
          }}
        >
          <IconX size={16} aria-hidden />
        </button>
      )}
    </span>
  );
}
