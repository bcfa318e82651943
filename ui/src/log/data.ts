import { api, ok, type Schemas } from '../api/client';
import { remembered } from '../app/preferences';
import { useConnections } from '../app/queries';
import { host } from '../host';

export type Entry = Schemas['ActionLogRow'];
export type LogPage = Schemas['ActionLogPage'];

/** What needs somebody: the default where only errors and actions pop up (FEATURES INS-6). */
const NARROWED = 'failed,uncertain,action_required';

/** Filters as the address carries them; empty = all. */
export interface LogFilter {
  connection: string;
  who: string;
  what: string;
  outcome: string;
  from: string;
  to: string;
  q: string;
  task: string;
  subscription: string;
  customer: string;
}

/** The first instant of a day in the reseller's zone. @param day YYYY-MM-DD */
export function startOf(day: string, timeZone = host.context.timeZone): string {
  const guess = Date.parse(`${day}T00:00:00Z`);
  const shiftAt = (instant: number): number => {
    const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
      instant,
    );
    return Date.parse(`${shown.replace(' ', 'T')}Z`) - instant;
  };
  // Twice: the zone's distance may differ between the guess and the day's real beginning.
  return new Date(guess - shiftAt(guess - shiftAt(guess))).toISOString();
}

/** The filter as the API takes it. */
export function queryOf(filter: LogFilter): Record<string, string> {
  const { connection, who, what, outcome, from, to, q, task, subscription, customer } = filter;
  const all: Record<string, string> = {
    connectionId: connection,
    actor: who,
    category: what,
    outcome: outcome === 'needed' ? NARROWED : outcome === 'all' ? '' : outcome,
    from: from && startOf(from),
    // Included up to its last millisecond.
    to: to && new Date(Date.parse(startOf(nextDay(to))) - 1).toISOString(),
    search: q.trim(),
    taskId: task,
    subscriptionId: subscription,
    customerId: customer,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** A page of entries, newest first. */
export async function fetchLog(filter: LogFilter, page: number, pageSize: number): Promise<LogPage> {
  return await ok(
    api.GET('/api/v1/action-log', { params: { query: { ...(queryOf(filter) as object), page, pageSize } } }),
  );
}

/** The notification level of the connection looked at: the default filter follows it. Undefined while not known. */
export function useLevel(wanted: string): 'errorsAndActions' | 'all' | undefined {
  const { data, error } = useConnections();
  const last = wanted || remembered<string>('psa-sync:connection', 'local');
  const one = data?.items.find(({ id }) => id === last) ?? data?.items[0];
  return one?.notificationLevel ?? (data || error ? 'all' : undefined);
}
