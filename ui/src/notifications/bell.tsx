import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { api, ok } from '../api/client';
import * as format from '../format';
import { m } from '../messages';

const Notifications = lazy(async () => ({ default: (await import('./notifications')).Notifications }));

/** The bell: its name says how many are unread; it opens a panel that is no dialog, and Escape brings the focus back. */
export function Bell(): ReactNode {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { data } = useQuery({
    queryKey: ['notifications', 'unread'],
    queryFn: () => ok(api.GET('/api/v1/notifications', { params: { query: { page: 1, pageSize: 1, unread: true } } })),
  });
  const unread = data?.unread ?? 0;
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="iconbutton"
        aria-label={m.notifications.bell(unread)}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <IconBell size={18} aria-hidden />
        {unread > 0 && (
          <span className="dotcount" aria-hidden>
            {unread > 99 ? '99+' : format.count(unread)}
          </span>
        )}
      </button>
      {open && (
        <Suspense fallback={null}>
          <Notifications onClose={close} />
        </Suspense>
      )}
    </>
  );
}
