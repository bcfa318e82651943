import { Menu, NativeSelect } from '@mantine/core';
import { IconLoader2, IconSettings } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, Outlet, useLocation, useMatch, useNavigate } from 'react-router';
import * as format from '../format';
import { m } from '../messages';
import { Bell } from '../notifications/bell';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';
import { pauseText } from './pause';
import { preferences, remember, remembered } from './preferences';
import { hasEnded, useConnections, useDashboard, useJob, useMay, useMe, type ConnectionItem } from './queries';
import { useStore } from './store';
import { Toasts } from './toasts';
import { liveState, useLive } from './use-live';

const Shortcuts = lazy(async () => ({ default: (await import('./shortcuts')).Shortcuts }));
const REMEMBERED = 'psa-sync:connection';

/** The connection of the screen, else the one last looked at. */
export function useCurrentConnection(): ConnectionItem | undefined {
  const match = useMatch('/c/:conn/*');
  const { data } = useConnections();
  const settings = useMatch('/settings/connections/:conn/*');
  const isKnown = data?.items.some(({ id }) => id === settings?.params.conn);
  const wanted =
    match?.params.conn ?? (isKnown ? settings?.params.conn : undefined) ?? remembered<string>(REMEMBERED, 'local');
  useEffect(() => {
    if (match?.params.conn) remember(REMEMBERED, match.params.conn, 'local');
  }, [match?.params.conn]);
  return data?.items.find(({ id }) => id === wanted) ?? data?.items[0];
}

/** One horizontal bar, banners, and the screen: the host owns the menu at the left. */
export function Shell(): ReactNode {
  useLive();
  const connection = useCurrentConnection();
  const { error } = useMe();
  const { pathname, search } = useLocation();
  const [help, setHelp] = useState(false);
  const { letters } = useStore(preferences);
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (!letters || target.closest('input, select, textarea, [contenteditable]') || event.ctrlKey || event.metaKey)
        return;
      if (event.key === '?') setHelp(true);
      if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('input[type=search]');
        if (field) {
          event.preventDefault();
          field.focus();
        }
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [letters]);
  // A new screen begins at its heading; a step or a panel inside one moves the focus itself.
  const section = pathname.split('/').slice(0, 5).join('/');
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [section]);

  return (
    <div className="shell">
      <header className="bar">
        <a
          className="skip"
          href="#main"
          onClick={(event) => {
            event.preventDefault();
            main.current?.focus();
          }}
        >
          {m.app.skip}
        </a>
        <Switcher current={connection} />
        <Sections connection={connection} />
        {connection && <RunningItem conn={connection.id} />}
        <Bell />
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className="iconbutton" aria-label={m.app.menu}>
              <IconSettings size={18} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component={Link} to="/settings/connections">
              {m.nav.settings}
            </Menu.Item>
            {connection && (
              <Menu.Item component={Link} to={`/c/${connection.id}/mapping/customers`}>
                {m.nav.mapping}
              </Menu.Item>
            )}
            <Menu.Item component={Link} to="/settings/preferences">
              {m.nav.preferences}
            </Menu.Item>
            <Menu.Item onClick={() => setHelp(true)}>{m.nav.shortcuts}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <Banners connection={connection} />
      <main className="main" id="main" tabIndex={-1} ref={main} data-path={pathname + search}>
        {error ? (
          <div className="screen">
            <h1>{m.app.name}</h1>
            <ProblemNotice error={error} retry={() => window.location.reload()} />
          </div>
        ) : (
          <Suspense fallback={<Empty title={m.common.loading} />}>
            <Outlet />
          </Suspense>
        )}
      </main>
      <Toasts />
      {help && (
        <Suspense fallback={null}>
          <Shortcuts onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Switching keeps the section and drops what cannot apply. */
function Switcher({ current }: { current: ConnectionItem | undefined }): ReactNode {
  const { data } = useConnections();
  const navigate = useNavigate();
  const match = useMatch('/c/:conn/:section/*');
  if (!data || data.items.length === 0) return null;
  return (
    <NativeSelect
      className="switcher"
      aria-label={m.app.connection}
      value={current?.id ?? ''}
      onChange={({ currentTarget }) => {
        remember(REMEMBERED, currentTarget.value, 'local');
        const section = match?.params.section;
        const rest = section === 'mapping' ? `mapping/${match?.params['*']?.split('/')[0] ?? 'customers'}` : section;
        void navigate(`/c/${currentTarget.value}/${rest === 'jobs' ? 'tasks' : (rest ?? 'tasks')}`);
      }}
      data={data.items.map(({ id, alias, currency, needsYou }) => ({
        value: id,
        label: m.app.connectionNeeds(`${alias} · ${currency}`, id === current?.id ? 0 : needsYou),
      }))}
    />
  );
}

function Sections({ connection }: { connection: ConnectionItem | undefined }): ReactNode {
  const { pathname } = useLocation();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const links: { to: string; label: string; count?: number; active: boolean }[] = [
    ...(connection
      ? [
          {
            to: `/c/${connection.id}/tasks`,
            label: m.nav.tasks,
            count: connection.needsYou,
            active: /^\/c\/[^/]+\/(tasks|jobs)/.test(pathname),
          },
          {
            to: `/c/${connection.id}/subscriptions`,
            label: m.nav.subscriptions,
            active: /\/subscriptions/.test(pathname),
          },
          { to: `/c/${connection.id}/mapping/customers`, label: m.nav.mapping, active: /\/mapping\//.test(pathname) },
        ]
      : []),
    { to: '/log', label: m.nav.log, active: pathname.startsWith('/log') },
    ...(connection
      ? [
          {
            to: `/c/${connection.id}/insights`,
            label: m.nav.insights,
            active: /\/(insights|tie-out)/.test(pathname),
          },
        ]
      : []),
  ];
  const present = links.find(({ active }) => active);
  if (narrow)
    return (
      <nav aria-label={m.app.sections}>
        <NativeSelect
          aria-label={m.app.sections}
          value={present?.to ?? ''}
          onChange={({ currentTarget }) => void navigate(currentTarget.value)}
          data={[
            ...(present
              ? []
              : [{ value: '', label: pathname.startsWith('/settings') ? m.nav.settings : m.app.elsewhere }]),
            ...links.map(({ to, label, count }) => ({
              value: to,
              label: count ? `${label} ${format.count(count)}` : label,
            })),
          ]}
        />
      </nav>
    );
  return (
    <nav aria-label={m.app.sections}>
      {links.map(({ to, label, count, active }) => (
        <Link key={to} to={to} aria-current={active ? 'page' : undefined}>
          {label}
          {count !== undefined && count > 0 && <span className="dim">{format.count(count)}</span>}
        </Link>
      ))}
    </nav>
  );
}

/** What runs in the background, on every screen: it goes on wherever somebody goes (reference/page-design §4.5). */
function RunningItem({ conn }: { conn: string }): ReactNode {
  const { data } = useDashboard(conn);
  const [running] = data?.runningJobs ?? [];
  const { data: job } = useJob(running?.jobId);
  if (!running || !job || hasEnded(job)) return null;
  const done = m.job.progress(job.total - job.left, job.total);
  return (
    <Link
      className="runningitem"
      to={running.name === 'import' ? `/c/${conn}/mapping/import/${running.jobId}` : `/c/${conn}/jobs/${running.jobId}`}
      aria-label={m.job.item(m.job.title[running.name] ?? running.name, done)}
    >
      <IconLoader2 size={16} className="spin" aria-hidden />
      <span className="figures">{done}</span>
    </Link>
  );
}

/** True below 600 px. */
export function useNarrow(): boolean {
  return useMedia('(max-width: 599px)');
}

/** Follows a media query. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const follow = (): void => setMatches(list.matches);
    list.addEventListener('change', follow);
    return () => list.removeEventListener('change', follow);
  }, [query]);
  return matches;
}

/** What stands in the way of everything on the screen. */
function Banners({ connection }: { connection: ConnectionItem | undefined }): ReactNode {
  const [online, setOnline] = useState(navigator.onLine);
  const live = useStore(liveState);
  useEffect(() => {
    const follow = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', follow);
    window.addEventListener('offline', follow);
    return () => {
      window.removeEventListener('online', follow);
      window.removeEventListener('offline', follow);
    };
  }, []);
  return (
    <div className="banners" role="status">
      {!online && <div className="banner quiet">{m.app.offline}</div>}
      {online && live === 'paused' && <div className="banner quiet">{m.app.livePaused}</div>}
      {connection && <ConnectionBanner connection={connection} />}
    </div>
  );
}

function ConnectionBanner({ connection }: { connection: ConnectionItem }): ReactNode {
  const admin = useMay('admin');
  const { data } = useDashboard(connection.id);
  const text = pauseText(connection);
  const other = data?.ordersWithoutConnection.byCurrency.find(({ currency }) => currency !== '');
  return (
    <>
      {text && (
        <div className="banner bad">
          <span>{text}</span>
          {admin && <Link to={`/settings/connections/${connection.id}`}>{m.app.replaceSecret}</Link>}
        </div>
      )}
      {other && (
        <div className="banner">
          <span>{m.app.otherCurrency(other.count, other.currency)}</span>
          {admin && (
            <Link to={`/settings/connections/new?currency=${other.currency}`}>
              {m.app.addConnection(other.currency)}
            </Link>
          )}
        </div>
      )}
    </>
  );
}
