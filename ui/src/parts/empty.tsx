import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Nothing to show: why, and what to do next. */
export function Empty({
  icon: Sign,
  title,
  text,
  children,
}: {
  icon?: Icon;
  title: string;
  text?: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      {Sign && <Sign size={32} stroke={1.2} aria-hidden />}
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}
