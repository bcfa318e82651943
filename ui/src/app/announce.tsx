import type { ReactNode } from 'react';
import { store, useStore } from './store';

const spoken = store('');

/** Has a screen reader say something politely, once. */
export function announce(text: string): void {
  // The same sentence twice would be swallowed.
  spoken.set(spoken.get() === text ? `${text}\u00a0` : text);
}

/** The region that speaks. It is there before it is needed. */
export function Announcer(): ReactNode {
  return (
    <div className="hidden" role="status" aria-live="polite">
      {useStore(spoken)}
    </div>
  );
}
