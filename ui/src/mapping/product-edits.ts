import type { Schemas } from '../api/client';
import { m } from '../messages';
import type { Refused } from './staged-save';
import type { Standing } from './standing';

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
  /** The service it has is right as it is: one of the sides only bears another name now (FEATURES MAP-4). */
  same?: true;
}

/** The service a row has. */
export function serviceOf({ mapping }: ProductRow): ChosenService | null {
  return mapping ? { id: mapping.serviceId, name: mapping.serviceName ?? `#${mapping.serviceId}` } : null;
}

/** The edit, or undefined when it would change nothing. */
export function effectiveEdit(edit: ProductEdit): ProductEdit | undefined {
  return !edit.same && (serviceOf(edit.row)?.id ?? null) === (edit.after?.id ?? null) ? undefined : edit;
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

/** A product as its list tells it from others of the same name. */
export function fullName({ name, billingPeriod, subscriptionPeriod }: ProductRow['product']): string {
  return `${name}, ${periodWords(billingPeriod)}, ${periodWords(subscriptionPeriod)}`;
}

/** A row with what is staged for it: its badge, and the words beside it. */
export function productStanding(row: ProductRow, edit: ProductEdit | undefined): Standing {
  const [first, ...others] = row.suggestions;
  const why = first ? whyService(first) : '';
  if (edit) return { tone: 'staged', badge: stagedBadge(edit), why };
  switch (row.state) {
    case 'broken':
      return { tone: 'bad', badge: m.mapping.badges.broken, why: row.broken?.message ?? '' };
    case 'matched': {
      const sharing = row.mapping?.otherProductKeys.length ?? 0;
      return { tone: 'good', badge: m.mapping.badges.matched, why: sharing > 0 ? m.products.usedBy(sharing) : '' };
    }
    case 'notNeeded':
      return {
        tone: 'muted',
        badge: m.mapping.badges.notNeeded,
        why: row.product.cycle.message ?? m.mapping.chargedOnly,
      };
    default:
      if (!first) return { tone: 'neutral', badge: m.mapping.badges.unmapped, why: m.mapping.noneFound };
      return others.length > 0
        ? { tone: 'attention', badge: m.mapping.badges.several, why }
        : { tone: first.ambiguous ? 'attention' : 'ready', badge: m.mapping.badges.suggested, why };
  }
}

function stagedBadge({ same, after }: ProductEdit): string {
  if (same) return m.mapping.badges.stagedSame;
  return after ? m.mapping.badges.staged : m.mapping.badges.stagedUnmap;
}

/** What stands in the column of services. */
export function serviceWords(row: ProductRow, edit: ProductEdit | undefined): string {
  if (edit) return edit.after?.name ?? m.customers.none;
  const own = serviceOf(row);
  if (own) return own.name;
  const [first, ...others] = row.suggestions;
  return others.length > 0 ? m.customers.candidates(row.suggestions.length) : (first?.serviceName ?? m.common.none);
}

/** A product's row that a save was refused for. */
export interface RefusedProduct extends Refused {
  /** What is there now, where somebody else changed it. */
  current?: { version: number; serviceId: number | null };
}

/** How a refused row reads, and what insisting on one's own stages: the same wish on what is there now. */
export function refusedProductWords({ current }: RefusedProduct, edit: ProductEdit | undefined) {
  const mapping: ProductRow['mapping'] =
    current && current.serviceId !== null
      ? {
          serviceId: current.serviceId,
          serviceName: null,
          serviceActive: true,
          otherProductKeys: [],
          version: current.version,
          mappedBy: '',
          mappedAt: '',
        }
      : null;
  return {
    name: edit?.row.product.name ?? '',
    theirs: current && (mapping ? `#${mapping.serviceId}` : m.customers.none),
    mine:
      edit && current
        ? () => effectiveEdit({ ...edit, row: { ...edit.row, version: current.version, mapping } })
        : undefined,
  };
}
