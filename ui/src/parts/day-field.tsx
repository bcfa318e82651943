import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTyped } from './typed';

/** Below it, a year is one of which more digits follow. */
const FIRST_YEAR = '1900';

interface Props {
  label: string;
  /** YYYY-MM-DD, empty = none. */
  value: string;
  /** Told when a day is complete, or there is none. */
  onDay(day: string): void;
  error?: string | undefined;
}

/** A day that can be typed part by part. */
export function DayField({ label, value, onDay, error }: Props): ReactNode {
  const { ref, send } = useTyped(value, onDay);
  return (
    <TextInput
      ref={ref}
      type="date"
      label={label}
      defaultValue={value}
      error={error}
      onChange={({ currentTarget: { value: day } }) => {
        if (day === '' || day >= FIRST_YEAR) send(day);
      }}
    />
  );
}
