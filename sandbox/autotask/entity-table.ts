import { catalogueEntities } from './entities/catalogue-entities.js';
import { companyEntities } from './entities/company-entities.js';
import { contractEntities } from './entities/contract-entities.js';
import { tenantEntities } from './entities/tenant-entities.js';
import type { Entity } from './entity-fields.js';

/** Every entity the sandbox serves. */
export const entities: readonly Entity[] = [
  ...companyEntities,
  ...contractEntities,
  ...catalogueEntities,
  ...tenantEntities,
];

const byRoute = new Map(entities.map((entity) => [entity.name.toLowerCase(), entity]));
const bySingular = new Map(entities.map((entity) => [entity.singular, entity]));
const byCollection = new Map(entities.map((entity) => [entity.collection, entity]));

/** The entity of a root route, in any case; undefined when there is none. */
export const entityByRoute = (route: string): Entity | undefined => byRoute.get(route.toLowerCase());

/** The entity a reference names; undefined for entities outside this sandbox, which then have no rows. */
export const entityBySingular = (singular: string): Entity | undefined => bySingular.get(singular);

/** The entity of a store collection; undefined when there is none. */
export const entityByCollection = (collection: string): Entity | undefined => byCollection.get(collection);

/** The child entity below a parent's path segment, in any case; undefined when there is none. */
export function childOf(parent: Entity, segment: string): Entity | undefined {
  return entities.find(
    ({ child }) => child?.parent === parent.name && child.path.toLowerCase() === segment.toLowerCase(),
  );
}

/** The entity of that name. @throws Error when the table lacks it: a slip in this code, not in a request. */
export function known(name: string): Entity {
  const entity = entityByRoute(name);
  if (!entity) throw new Error(`The entity table has no ${name}.`);
  return entity;
}
