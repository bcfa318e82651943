import type { Schemas } from '../api/client';
import type { Task } from '../parts/badges';

export const VIEWS = ['needsYou', 'ready', 'inProgress', 'waiting', 'synced'] as const;
export type View = (typeof VIEWS)[number] | 'all';

/** Ages as the address names them, in days from when a task counts: a limit for the young, a start for the old. */
const AGES = {
  under1: { maxAgeDays: 1 },
  under7: { maxAgeDays: 7 },
  over7: { minAgeDays: 8 },
  over30: { minAgeDays: 31 },
} as const;
export type Age = keyof typeof AGES;

/** Filters of the list, as the address carries them. */
export interface TaskFilter {
  view: View;
  type: string;
  q: string;
  customer: string;
  age: Age | '';
  sort: string;
}

/** Many tasks for one act: by id, or all that match. */
export type Selection = Pick<Schemas['TaskSelectionDto'], 'taskIds' | 'filter'>;

/** The age that an address asks for; an unknown word is none. */
export function ageOf(word: string | null): Age | '' {
  return word !== null && Object.hasOwn(AGES, word) ? (word as Age) : '';
}

/** Whether anything besides the view narrows the list. */
export function isFiltered({ type, q, customer, age }: TaskFilter): boolean {
  return type !== '' || q.trim() !== '' || customer !== '' || age !== '';
}

/** The filter in the words of the API. */
export function conditionsOf(filter: TaskFilter): NonNullable<Selection['filter']> {
  return {
    ...(filter.view === 'all' ? {} : { view: filter.view }),
    ...(filter.type ? { type: [filter.type as Task['type']] } : {}),
    ...(filter.customer ? { customerId: filter.customer } : {}),
    ...(filter.q.trim() ? { search: filter.q.trim() } : {}),
    ...(filter.age ? AGES[filter.age] : {}),
  };
}
