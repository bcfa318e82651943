import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { m } from '../messages';

/** Pictures and tie-out: two parts of one section. */
export function InsightsTabs({ conn }: { conn: string }): ReactNode {
  return (
    <nav className="tabs sections" aria-label={m.insights.sections}>
      <NavLink to={`/c/${conn}/insights`}>{m.insights.charts}</NavLink>
      <NavLink to={`/c/${conn}/tie-out`}>{m.tieOut.title}</NavLink>
    </nav>
  );
}
