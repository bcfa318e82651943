import type { ApiRow } from './database.js';
import type { Behaviour } from './switches.js';
import type { Entity, Field } from './entity-fields.js';
import type { ApiUser } from './users.js';
import { showDate } from './values.js';

/** Fields of an entity that this tenant has (switch `newServiceFields`). */
export function tenantFields(entity: Entity, behaviour: Behaviour): readonly Field[] {
  return behaviour.is('newServiceFields', 'absent') ? entity.fields.filter((field) => !field.newer) : entity.fields;
}

/** The tenant's field of that name, in any case; undefined when it has none. */
export function tenantField(entity: Entity, name: string, behaviour: Behaviour): Field | undefined {
  const field = entity.byName.get(name.toLowerCase());
  return field?.newer && behaviour.is('newServiceFields', 'absent') ? undefined : field;
}

/** Turns stored rows into the API's JSON. */
export class RowPresenter {
  constructor(
    private readonly behaviour: Behaviour,
    /** Values that differ from what is stored, e.g. a text taken over from the service. */
    private readonly derived: (entity: Entity, row: ApiRow) => Partial<ApiRow>,
  ) {}

  /**
   * The row with every model field, nulls included, in the API's own names (rule 16).
   *
   * @param only field names to keep (IncludeFields); undefined keeps all. @param user whose rights hide costs;
   * undefined shows everything (the sandbox's own state).
   */
  show(entity: Entity, row: ApiRow, user?: ApiUser, only?: ReadonlySet<string>): Record<string, unknown> {
    const values = { ...row, ...this.derived(entity, row) };
    const format = this.behaviour.of('dateFormat');
    const shown: Record<string, unknown> = {};
    for (const field of tenantFields(entity, this.behaviour)) {
      if (only && !only.has(field.name)) continue;
      const value = values[field.name] ?? null;
      if (value === null || (field.cost && user && !user.seesCosts)) shown[field.name] = null;
      else if (field.type === 'date' || field.type === 'dt')
        shown[field.name] = showDate(field, value as string, format);
      else shown[field.name] = value;
    }
    if (only) return shown;
    if (entity.child) shown['soapParentPropertyId'] = null;
    shown['userDefinedFields'] = entity.userDefined.map(({ name }) => ({ name, value: udfValue(row, name) }));
    return shown;
  }
}

/** The value of a row's user-defined field, or null. */
export function udfValue(row: ApiRow, name: string): string | null {
  return (row['ownUserDefined'] as Record<string, string | null> | undefined)?.[name.toLowerCase()] ?? null;
}
