import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconHandStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ok } from '../api/client';
import { queryClient } from '../app/queries';
import * as format from '../format';
import { m } from '../messages';
import { ProblemNotice } from '../parts/problem';

const ICONS = { error: IconAlertTriangle, action: IconHandStop, info: IconCheck };
const TONES = { error: 'var(--bad)', action: 'var(--attention)', info: 'var(--good)' };

/** The list behind the bell (LOG-2). */
export function Notifications({ onClose }: { onClose(): void }): ReactNode {
  const [all, setAll] = useState(false);
  const box = useRef<HTMLElement>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['notifications', 'list', all],
    queryFn: () =>
      ok(
        api.GET('/api/v1/notifications', {
          params: { query: { page: 1, pageSize: 50, ...(all ? {} : { unread: true }) } },
        }),
      ),
  });
  useEffect(() => {
    box.current?.focus();
    const away = (event: PointerEvent): void => {
      const target = event.target as HTMLElement;
      if (!box.current?.contains(target) && !target.closest('[aria-expanded=true]')) onClose();
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [onClose]);
  const read = async (body: { all: true } | { ids: string[] }): Promise<void> => {
    await ok(api.POST('/api/v1/notifications/read', { body }));
    await queryClient.invalidateQueries({ queryKey: ['notifications'] });
  };
  return (
    <section
      ref={box}
      tabIndex={-1}
      className="popover"
      aria-label={m.notifications.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className="row between">
        <h2>{m.notifications.title}</h2>
        <div className="row">
          <Button
            size="compact-xs"
            variant={all ? 'default' : 'light'}
            aria-pressed={!all}
            onClick={() => setAll(false)}
          >
            {m.notifications.unread}
          </Button>
          <Button size="compact-xs" variant={all ? 'light' : 'default'} aria-pressed={all} onClick={() => setAll(true)}>
            {m.notifications.all}
          </Button>
        </div>
      </div>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data && data.items.length === 0 && <p className="dim">{m.notifications.empty}</p>}
      <ul>
        {data?.items.map(({ id, level, message, createdAt, taskId, connectionId, read: isRead }) => {
          const Sign = ICONS[level];
          return (
            <li key={id} className="row" style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
              <Sign
                size={16}
                color={TONES[level]}
                aria-label={m.notifications.levels[level]}
                style={{ flex: 'none' }}
              />
              <span className={`grow wrap ${isRead ? 'dim' : ''}`}>
                {format.sentence(message)}{' '}
                <time className="dim small" dateTime={createdAt} title={format.fullMoment(createdAt)}>
                  {format.age(createdAt)}
                </time>
              </span>
              {taskId && (
                <Link
                  to={`/c/${connectionId}/tasks?task=${taskId}`}
                  onClick={() => {
                    void read({ ids: [id] });
                    onClose();
                  }}
                >
                  {m.common.open}
                </Link>
              )}
            </li>
          );
        })}
      </ul>
      {data && data.unread > 0 && (
        <Button variant="default" onClick={() => void read({ all: true })}>
          {m.notifications.markAll}
        </Button>
      )}
    </section>
  );
}
