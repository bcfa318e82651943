import { remember, remembered } from './preferences';
import { useMe } from './queries';
import { store, useStore, type Store } from './store';

// One a list and person.
const chosen = new Map<string, Store<readonly string[]>>();

function hiddenOf(key: string): Store<readonly string[]> {
  let found = chosen.get(key);
  if (!found) {
    const kept = remembered<unknown>(key, 'local');
    found = store(Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []);
    chosen.set(key, found);
  }
  return found;
}

/** Which columns of a list a person has put away; kept per person, in this browser. @param list names the list */
export function useHiddenColumns(list: string): { hidden: readonly string[]; toggle(column: string): void } {
  const userId = useMe().data?.userId ?? '';
  const key = `psa-sync:columns:${list}:${userId}`;
  const of = hiddenOf(key);
  const hidden = useStore(of);
  return {
    hidden,
    toggle: (column) => {
      of.set(hidden.includes(column) ? hidden.filter((one) => one !== column) : [...hidden, column]);
      remember(key, of.get().length > 0 ? of.get() : undefined, 'local');
    },
  };
}
