import { IconAlertTriangle, IconCheck, IconHandStop, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { m } from '../messages';
import { store, useStore } from './store';

/** A pop-up: what, to whom, one link, close (reference/page-design §4.15). */
export interface Toast {
  id: number;
  tone: 'bad' | 'attention' | 'good';
  text: ReactNode;
  to?: string | undefined;
  /** The task that it is about: where that is on the screen, nothing pops up. */
  about?: string | undefined;
  act?: { label: string; run(): void } | undefined;
}

const SHOWN = 3;
const LASTS_MS = 6000;
const UNDO_MS = 8000;

let nextId = 1;
const toasts = store<Toast[]>([]);

/** Shows a pop-up. Good news goes by itself; the rest stays until closed. */
export function toast(tone: Toast['tone'], text: ReactNode, more: Pick<Toast, 'to' | 'about' | 'act'> = {}): void {
  nextId += 1;
  toasts.set([...toasts.get(), { id: nextId, tone, text, ...more }].slice(-SHOWN));
}

function close(id: number): void {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}

const ICONS = { bad: IconAlertTriangle, attention: IconHandStop, good: IconCheck };

/** The share of an element that lies under a box. */
function hidden(element: DOMRect, box: DOMRect): number {
  const wide = Math.min(element.right, box.right) - Math.max(element.left, box.left);
  const high = Math.min(element.bottom, box.bottom) - Math.max(element.top, box.top);
  return wide <= 0 || high <= 0 ? 0 : (wide * high) / Math.max(1, element.width * element.height);
}

/** Whether enough of an element lies under a box for nobody to see what it is: much of it all, or of where it begins. */
function isCovered({ left, top, width, height }: DOMRect, box: DOMRect): boolean {
  const begin = new DOMRect(left, top, Math.min(width, 80), Math.min(height, 40));
  return hidden(new DOMRect(left, top, width, height), box) > 0.4 || hidden(begin, box) > 0.4;
}

/** Where pop-ups appear. The live regions exist before they speak. They step aside when they would hide the focus. */
export function Toasts(): ReactNode {
  const { pathname, search } = useLocation();
  const kept = useStore(toasts);
  const all = kept.filter(({ about }) => about === undefined || !`${pathname}${search}`.includes(about));
  const box = useRef<HTMLDivElement>(null);
  const [aside, setAside] = useState(false);
  useEffect(() => {
    if (all.length === 0) return;
    const look = (): void => {
      const focused = document.activeElement;
      if (!box.current || !focused || focused === document.body || box.current.contains(focused)) return;
      if (isCovered(focused.getBoundingClientRect(), box.current.getBoundingClientRect())) setAside((old) => !old);
    };
    look();
    document.addEventListener('focusin', look);
    return () => document.removeEventListener('focusin', look);
  }, [all.length]);
  return (
    <div className={`toasts${aside ? ' aside' : ''}`} ref={box} role="region" aria-label={m.notifications.region}>
      <div role="alert">{all.filter(({ tone }) => tone !== 'good').map(one)}</div>
      <div role="status">{all.filter(({ tone }) => tone === 'good').map(one)}</div>
    </div>
  );
}

function one(toast_: Toast): ReactNode {
  return <Message key={toast_.id} {...toast_} />;
}

function Message({ id, tone, text, to, act }: Toast): ReactNode {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (tone !== 'good' || held) return;
    const timer = window.setTimeout(() => close(id), act ? UNDO_MS : LASTS_MS);
    return () => window.clearTimeout(timer);
  }, [id, tone, held, act]);
  const Icon = ICONS[tone];
  return (
    <div
      className={`toast ${tone}`}
      onMouseEnter={() => hold(true)}
      onMouseLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      <Icon size={18} aria-hidden />
      <div className="grow stack tight">
        <span>{text}</span>
        {to && (
          <Link to={to} onClick={() => close(id)}>
            {m.common.open}
          </Link>
        )}
        {act && (
          <span>
            <button
              type="button"
              className="link"
              onClick={() => {
                close(id);
                act.run();
              }}
            >
              {act.label}
            </button>
          </span>
        )}
      </div>
      <button type="button" className="iconbutton" aria-label={m.common.close} onClick={() => close(id)}>
        <IconX size={16} aria-hidden />
      </button>
    </div>
  );
}
