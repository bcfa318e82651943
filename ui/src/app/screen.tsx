import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { host } from '../host';
import { m } from '../messages';
import { useMay, useMe } from './queries';

/** Names the screen in the frame's title and in the host's address bar. */
export function useTitle(title: string): void {
  const { pathname, search } = useLocation();
  useEffect(() => {
    document.title = `${title} – ${m.app.name}`;
    host.navigated(pathname + search, title);
  }, [title, pathname, search]);
}

interface Props {
  title: string;
  /** Beside the title, e.g. when it was last checked. */
  status?: ReactNode;
  action?: ReactNode;
  /** `list` fills the frame and scrolls inside; `form` grows with its content. */
  kind?: 'list' | 'form';
  /** What the document's title says, where it is more than the heading. */
  documentTitle?: string;
  /** Screens whose write controls need this role say so to others. */
  needs?: 'operator' | 'admin';
  children: ReactNode;
}

/** A screen: one `h1`, its content, and the height it asks the host for (reference/page-design §3.1). */
export function Screen({ title, status, action, kind = 'list', documentTitle, needs, children }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useTitle(documentTitle ?? title);
  const may = useMay(needs ?? 'operator');
  const known = useMe().data !== undefined;
  useEffect(() => {
    const ask = (): void => {
      const most = host.context.availableHeight;
      const bar = box.current ? box.current.getBoundingClientRect().top : 0;
      const content = [...(box.current?.children ?? [])].reduce(
        (sum, child) => sum + (child as HTMLElement).offsetHeight + 12,
        bar + 24,
      );
      host.size(kind === 'list' ? most : Math.min(most, content));
    };
    ask();
    const stop = host.onContext(ask);
    const seen = kind === 'form' ? new ResizeObserver(ask) : undefined;
    for (const child of box.current?.children ?? []) seen?.observe(child);
    return () => {
      stop();
      seen?.disconnect();
    };
  });
  return (
    <div className={kind === 'form' ? 'screen scrolls' : 'screen'} ref={box}>
      <div className="head">
        <h1>{title}</h1>
        {status !== undefined && <div className="status small">{status}</div>}
        {action}
      </div>
      {needs && known && !may && <p className="dim small">{m.app.viewer}</p>}
      {children}
    </div>
  );
}
