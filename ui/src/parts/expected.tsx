import type { ReactNode } from 'react';
import { m } from '../messages';

/** An amount that nobody has billed yet: Autotask computes it later, and may round otherwise (reference/page-design §2.6). */
export function Expected({ children }: { children: ReactNode }): ReactNode {
  return (
    <span title={m.expected.why}>
      <span className="expected">{children}</span> <span className="dim word">{m.expected.word}</span>
    </span>
  );
}

/** What the mark means, for those who do not hover: once below what bears it. */
export function ExpectedNote(): ReactNode {
  return (
    <p className="dim small">
      <span className="expected">{m.expected.word}</span>: {m.expected.why}
    </p>
  );
}
