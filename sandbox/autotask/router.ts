import { noPage, noRoute, wrongVerb, type ApiError } from './api-error.js';
import { childOf, entityByRoute } from './entity-table.js';
import type { Entity } from './entity-fields.js';

/** What a request asks for. */
export type Action =
  | { kind: 'query' | 'count' | 'page'; entity: Entity }
  | { kind: 'children'; entity: Entity; parentId: number }
  | { kind: 'one' | 'delete'; entity: Entity; id: number; parentId?: number }
  | { kind: 'create' | 'patch' | 'put'; entity: Entity; parentId?: number }
  | { kind: 'info' | 'fields' | 'userDefinedFields'; entity: Entity }
  | { kind: 'threshold' | 'version' | 'modules' | 'entities' };

/** Calls of one path by verb. */
type Verbs = Partial<Record<string, Action>>;

const SINGLE: Record<string, Action> = {
  thresholdinformation: { kind: 'threshold' },
  version: { kind: 'version' },
  modules: { kind: 'modules' },
  entityinformation: { kind: 'entities' },
};

/** True for actions that only read; they refuse impersonation (rule 6). */
export function isRead(action: Action): boolean {
  return !['create', 'patch', 'put', 'delete', 'threshold', 'version', 'modules', 'entities'].includes(action.kind);
}

/** The name threads are counted under (reference §7). */
export function endpointOf(action: Action): string {
  return 'entity' in action ? action.entity.name : action.kind;
}

/** True when the first path segment below `V1.0` names something this tenant has. */
export function isKnownSegment(segment: string): boolean {
  return segment.toLowerCase() in SINGLE || entityByRoute(segment) !== undefined;
}

/**
 * Finds the action of a path below `V1.0` (reference §3, §9; rules 4, 5, 24).
 *
 * @throws ApiError 404 with HTML for an unknown entity, 404 with `Message` for an unknown route, 405 for a wrong verb.
 */
export function resolve(method: string, segments: readonly string[], uri: string): Action {
  const [first = '', ...rest] = segments;
  const single = SINGLE[first.toLowerCase()];
  const entity = entityByRoute(first);
  if (!single && !entity) throw noPage();
  const verbs = single ? (rest.length === 0 ? { GET: single } : {}) : verbsOf(entity!, rest);
  const action = verbs[method];
  if (action) return action;
  throw missing(method, verbs, rest.length === 0, uri);
}

/** A path with other verbs answers 405, and so does GET on any collection; everything else is no route. */
function missing(method: string, verbs: Verbs, isRoot: boolean, uri: string): ApiError {
  if (Object.keys(verbs).length > 0 || (isRoot && method === 'GET')) return wrongVerb(method);
  return noRoute(uri);
}

function verbsOf(entity: Entity, rest: readonly string[]): Verbs {
  const [second, third, fourth] = rest.map((segment) => segment.toLowerCase());
  if (second === undefined) return collectionVerbs(entity, entity.root);
  const metadata = metadataVerbs(entity, rest);
  if (metadata) return metadata;
  const queryable = entity.root.includes('Q');
  if (second === 'query' && queryable) {
    if (rest.length === 1) return both({ kind: 'query', entity });
    if (rest.length === 2 && third === 'count') return both({ kind: 'count', entity });
    if (rest.length === 2 && (third === 'next' || third === 'previous')) return both({ kind: 'page', entity });
    return {};
  }
  if (!/^\d+$/.test(second)) return {};
  const id = Number(second);
  if (third === undefined) return oneVerbs(entity, entity.root, id);
  const child = childOf(entity, third);
  return child ? childVerbs(child, id, rest.slice(2), fourth) : {};
}

function childVerbs(entity: Entity, parentId: number, rest: readonly string[], next: string | undefined): Verbs {
  const verbs = entity.child!.verbs;
  const list: Verbs = verbs.includes('L') ? { GET: { kind: 'children', entity, parentId } } : {};
  if (next === undefined) return { ...list, ...collectionVerbs(entity, verbs, parentId) };
  const metadata = metadataVerbs(entity, rest);
  if (metadata) return metadata;
  if (rest.length !== 1) return {};
  if (next === 'next' || next === 'previous') return list;
  return /^\d+$/.test(next) ? oneVerbs(entity, verbs, Number(next), parentId) : {};
}

function collectionVerbs(entity: Entity, verbs: string, parentId?: number): Verbs {
  const parent = parentId === undefined ? {} : { parentId };
  return {
    ...(verbs.includes('C') ? { POST: { kind: 'create', entity, ...parent } } : {}),
    ...(verbs.includes('U') ? { PUT: { kind: 'put', entity, ...parent } } : {}),
    ...(verbs.includes('P') ? { PATCH: { kind: 'patch', entity, ...parent } } : {}),
  };
}

function oneVerbs(entity: Entity, verbs: string, id: number, parentId?: number): Verbs {
  const parent = parentId === undefined ? {} : { parentId };
  return {
    ...(/[QL]/.test(verbs) ? { GET: { kind: 'one', entity, id, ...parent } } : {}),
    ...(verbs.includes('D') ? { DELETE: { kind: 'delete', entity, id, ...parent } } : {}),
  };
}

function metadataVerbs(entity: Entity, rest: readonly string[]): Verbs | undefined {
  const [first, second] = rest.map((segment) => segment.toLowerCase());
  if (first !== 'entityinformation') return undefined;
  if (rest.length === 1) return { GET: { kind: 'info', entity } };
  if (rest.length === 2 && second === 'fields') return { GET: { kind: 'fields', entity } };
  if (rest.length === 2 && second === 'userdefinedfields') return { GET: { kind: 'userDefinedFields', entity } };
  return {};
}

const both = (action: Action): Verbs => ({ GET: action, POST: action });
