import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** What of a screen's state stands in its address, so that a reload or a link shows the same. */
export interface Address {
  params: URLSearchParams;
  /** Changes some of it; an empty text takes its name out. @param replace without an entry in the history. */
  set: (change: Record<string, string>, replace?: boolean) => void;
  /** Leaves nothing else in it. */
  reset: (params: Record<string, string>) => void;
}

/** The address of the screen. */
export function useAddress(): Address {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (change: Record<string, string>, replace = false) => {
      // From where the address is now: of two filters changed at once, the screen may not have followed the first yet.
      const next = new URLSearchParams(window.location.hash.split('?')[1]);
      for (const [key, value] of Object.entries(change)) {
        if (value === '') next.delete(key);
        else next.set(key, value);
      }
      setParams(next, { replace });
    },
    [setParams],
  );
  return { params, set, reset: setParams };
}
