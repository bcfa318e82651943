import type { PageQuery } from '../../platform/http/page.js';
import { Problem } from '../../platform/http/problem.js';
import type { ConnectionRef } from './connection-ref.js';
import type { MirrorAge } from './mirror-writer.js';
import type { MirrorKind } from './mirror.entities.js';

/** A pattern for SQL `like` that finds texts beginning with these characters, whatever signs they hold. */
export function leading(text: string): string {
  return `${text
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

/** The same for texts that contain them. */
export function containing(text: string): string {
  return `%${leading(text)}`;
}

/** Installation and connection as parameters, as often as a statement names them. */
export function tenant({ installationId, id }: ConnectionRef, times = 1): unknown[] {
  return Array.from({ length: times }).flatMap(() => [installationId, id]);
}

/** `limit` and `offset` of a page. */
export function window({ page, pageSize }: Pick<PageQuery, 'page' | 'pageSize'>): [limit: number, offset: number] {
  return [pageSize, (page - 1) * pageSize];
}

/**
 * The direction of a list that sorts by one field.
 *
 * @throws Problem INPUT_INVALID when another field is asked for.
 */
export function direction(sort: string | undefined, field: string): 'asc' | 'desc' {
  if (sort === undefined || sort === field) return 'asc';
  if (sort === `-${field}`) return 'desc';
  throw new Problem('invalid', 'INPUT_INVALID', `sort: this list sorts by ${field} or -${field}.`);
}

/** How old the mirrors behind a list are: ISO instants; null = never read. */
export function asOf<K extends MirrorKind>(
  ages: Partial<Record<MirrorKind, MirrorAge>>,
  kinds: readonly K[],
): Record<K, string | null> {
  return Object.fromEntries(kinds.map((kind) => [kind, ages[kind]?.readAt.toISOString() ?? null])) as Record<
    K,
    string | null
  >;
}
