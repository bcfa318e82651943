import type { Schemas } from '../api/client';
import { m } from '../messages';

export type ProductRow = Schemas['ProductRow'];
export type ServiceSuggestion = Schemas['ServiceSuggestionView'];

/** A service as far as a mapping shows it. */
export interface ChosenService {
  id: number;
  name: string;
}

/** What a person wants of a product; `after` null = no service. */
export interface ProductEdit {
  row: ProductRow;
  after: ChosenService | null;
}

/** The service a row has. */
export function serviceOf({ mapping }: ProductRow): ChosenService | null {
  return mapping ? { id: mapping.serviceId, name: mapping.serviceName ?? `#${mapping.serviceId}` } : null;
}

/** The edit, or undefined when it would change nothing. */
export function effectiveEdit(edit: ProductEdit): ProductEdit | undefined {
  return (serviceOf(edit.row)?.id ?? null) === (edit.after?.id ?? null) ? undefined : edit;
}

/** The row of a save that an edit comes to. */
export function productChange({ row, after }: ProductEdit): Schemas['ProductMappingChange'] {
  const { version, mapping, product } = row;
  return after
    ? { productKey: product.key, action: 'map', serviceId: after.id, version }
    : {
        productKey: product.key,
        action: 'unmap',
        version,
        ...(mapping ? { serviceId: mapping.serviceId } : {}),
      };
}

/** The one suggestion that a person may agree to with one key. */
export function agreeableService(row: ProductRow): ServiceSuggestion | undefined {
  const [only, ...others] = row.suggestions;
  return only && others.length === 0 && !only.ambiguousBecause.includes('SERVICE_TAKEN') ? only : undefined;
}

/** Why a service is suggested, in words: facts first, then doubts. */
export function whyService({ reasons, ambiguousBecause }: ServiceSuggestion): string {
  return [
    ...reasons.map(({ code }) => m.mapping.reasons[code] ?? code),
    ...ambiguousBecause.map((code) => m.mapping.ambiguous[code] ?? code),
  ].join(' · ');
}

/** A period as people say it: `12 months`. */
export function periodWords({ unit, count }: Schemas['PeriodView']): string {
  return m.mapping.period(count, unit.replace('_', ' '));
}
