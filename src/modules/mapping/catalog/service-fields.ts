import type { AutotaskMetadata, EntityField } from '../../../adapters/autotask/autotask-metadata.js';
import type { AdditionalFields, NewService } from '../../../adapters/autotask/autotask-writes.js';
import { Problem } from '../../../platform/http/problem.js';

/** Fields we fill ourselves, as Autotask calls them, lower case. */
const OWN: Readonly<Record<string, (service: NewService) => unknown>> = {
  name: (service) => service.name,
  description: (service) => service.description,
  invoicedescription: (service) => service.invoiceDescription,
  periodtype: (service) => service.periodType,
  unitprice: (service) => service.unitPrice,
  unitcost: (service) => service.unitCost,
  billingcodeid: (service) => service.billingCodeId,
  vendorcompanyid: (service) => service.vendorCompanyId,
  sku: (service) => service.sku,
  externalid: (service) => service.externalId,
  isactive: () => true,
};

/** What a form must ask for a field. */
export interface MissingField {
  name: string;
  dataType: string;
  /** Longest text; absent for anything else. */
  length?: number;
  options?: { value: string; label: string }[];
}

/**
 * Checks a new service against what this tenant asks of services: rights, every field its metadata marks as required,
 * the length of texts, and that further fields exist and may be written (FEATURES MAP-7). Metadata is cached for hours.
 *
 * @throws Problem AUTOTASK_RIGHT_MISSING, SERVICE_FIELDS_MISSING (`fields`), SERVICE_FIELD_UNKNOWN, SERVICE_FIELD_LONG.
 */
export async function checkServiceFields(metadata: AutotaskMetadata, service: NewService): Promise<void> {
  const information = await metadata.entityInformation('Services');
  if (!information.canCreate || information.userAccessForCreate === 'None')
    throw new Problem(
      'conflict',
      'AUTOTASK_RIGHT_MISSING',
      'The API user may not create services. Give its security level the right to add products and services, or create the service in Autotask.',
    );
  const fields = await metadata.fields('Services');
  const extra = new Map(
    Object.entries(service.additionalFields ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));

  for (const name of extra.keys()) {
    const field = byName.get(name);
    // Required *and* read-only means: given on create, fixed afterwards (reference/autotask-rest-api §5).
    if (!field || name in OWN || (field.isReadOnly && !field.isRequired))
      throw new Problem(
        'invalid',
        'SERVICE_FIELD_UNKNOWN',
        `additionalFields.${name}: this Autotask has no such field that could be set here.`,
      );
  }
  const valueOf = (name: string): unknown => (name in OWN ? OWN[name]!(service) : extra.get(name));
  const missing = fields.filter((field) => field.isRequired && isEmpty(valueOf(field.name.toLowerCase())));
  if (missing.length > 0)
    throw new Problem(
      'invalid',
      'SERVICE_FIELDS_MISSING',
      `This Autotask also requires: ${missing.map(({ name }) => name).join(', ')}. Fill them in and send it again; nothing was created.`,
      { fields: missing.map(missingField) },
    );
  for (const field of fields) {
    const value = valueOf(field.name.toLowerCase());
    if (typeof value === 'string' && field.dataType === 'string' && field.length > 0 && value.length > field.length)
      throw new Problem(
        'invalid',
        'SERVICE_FIELD_LONG',
        `${field.name} may have ${field.length} characters in this Autotask; it has ${value.length}. Shorten it; nothing was created.`,
      );
  }
}

/**
 * Further fields as Autotask takes them.
 *
 * @throws Problem INPUT_INVALID for a value that is neither text, number nor yes/no.
 */
export function additionalFields(given: Record<string, unknown> | undefined): AdditionalFields | undefined {
  if (given === undefined) return undefined;
  for (const [name, value] of Object.entries(given))
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new Problem('invalid', 'INPUT_INVALID', `additionalFields.${name}: give text, a number, true or false.`);
  return given as AdditionalFields;
}

function missingField(field: EntityField): MissingField {
  return {
    name: field.name,
    dataType: field.dataType,
    ...(field.dataType === 'string' && field.length > 0 ? { length: field.length } : {}),
    ...(field.picklist
      ? { options: field.picklist.filter(({ isActive }) => isActive).map(({ value, label }) => ({ value, label })) }
      : {}),
  };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
