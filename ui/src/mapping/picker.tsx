import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ApiProblem } from '../api/client';
import { m } from '../messages';

/** Something that can be chosen: records of Autotask have numbers, customers of the marketplace words. */
export interface Choosable<Id extends number | string = number> {
  id: Id;
  name: string;
  /** What tells it from others of the same name. */
  hint?: string;
}

interface Props<T extends Choosable<number | string>> {
  label: string;
  hideLabel?: boolean;
  /** What the lists depend on, e.g. connection and period. */
  of: readonly unknown[];
  fetch(search: string): Promise<{ items: T[]; total: number }>;
  value: Choosable<number | string> | undefined;
  onChoose(chosen: T): void;
  placeholder?: string;
  focused?: boolean;
  error?: string | undefined;
}

const SHOWN = 50;

/** Searches on the server, shows at most fifty, and says how many more there are (reference/page-design §2.7). */
export function Picker<T extends Choosable<number | string>>(props: Props<T>): ReactNode {
  const { label, hideLabel, of, fetch, value, onChoose, placeholder, focused } = props;
  const [search, setSearch] = useState(value?.name ?? '');
  const [asked] = useDebouncedValue(search === value?.name ? '' : search.trim(), 200);
  const { data, error } = useQuery<{ items: T[]; total: number }, ApiProblem>({
    queryKey: ['pick', ...of, asked],
    queryFn: () => fetch(asked),
    placeholderData: keepPreviousData,
  });
  const items: Choosable<number | string>[] = [...(data?.items ?? [])];
  if (value && !items.some(({ id }) => id === value.id)) items.unshift(value);
  return (
    <Select
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      placeholder={placeholder}
      data={items.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={value ? String(value.id) : null}
      error={props.error}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      // The server has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={error ? m.picker.failed : m.mapping.nothingFound}
      description={data && data.total > SHOWN ? m.picker.narrow(data.total) : undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data-autofocus={focused || undefined}
      checkIconPosition="right"
      // The list itself scrolls, so that it is the box's own pop-up to assistive technology.
      withScrollArea={false}
      styles={{ options: { maxHeight: 240, overflowY: 'auto' } }}
      onChange={(id) => {
        const chosen = data?.items.find((one) => String(one.id) === id);
        if (chosen) onChoose(chosen);
      }}
      renderOption={({ option }) => {
        const hint = items.find(({ id }) => String(id) === option.value)?.hint;
        return (
          <span className="stack tight" style={{ gap: 0 }}>
            <span className="wrap">{option.label}</span>
            {hint && <span className="dim small">{hint}</span>}
          </span>
        );
      }}
    />
  );
}
