import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTyped } from './typed';

const REST_MS = 200;

interface Props {
  /** Names the field; stands in it as long as it is empty. */
  label: string;
  placeholder?: string;
  /** What is searched for now. */
  value: string;
  /** Told once typing rests. */
  onSearch(text: string): void;
}

/** The search of a list: the cursor and what is typed stay while the list follows. */
export function SearchBox({ label, placeholder = label, value, onSearch }: Props): ReactNode {
  const { ref, send } = useTyped(value, onSearch);
  const rested = useDebouncedCallback(send, REST_MS);
  return (
    <TextInput
      ref={ref}
      className="search"
      type="search"
      aria-label={label}
      placeholder={placeholder}
      defaultValue={value}
      onChange={({ currentTarget }) => rested(currentTarget.value)}
    />
  );
}

/** Puts the cursor into the search of the screen: where a search that was cleared goes on. */
export function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
}
