import type { Store } from '../../kit/store.js';
import type { Adjustments } from '../adjustments.js';
import type { ApiRow, Database } from '../database.js';
import { apiUsers } from '../users.js';
import { ids, seedCatalogue } from './catalogue.js';
import { contractsOf, seedContracts } from './contracts.js';
import { companyName, companyNumber, contactName, domainOf, randomFrom, townOf } from './names.js';

/** Customers per size; twelve further companies without a marketplace customer follow (see {@link IMPORTABLE}). */
export const sizes = { bare: 0, small: 30, medium: 1_000, large: 10_000 } as const;

export type Size = keyof typeof sizes;

/** Company ids of customers begin after this one: customer `i` is company `FIRST_ID + i`. */
const FIRST_ID = 100;

/**
 * The companies after the customers, by position: nobody sells to them in the marketplace yet, so they can be imported
 * from here. Complete unless said otherwise.
 */
const IMPORTABLE: Record<number, 'no postal code' | 'no contact' | 'no e-mail' | 'no phone' | 'inactive' | 'prospect'> =
  {
    7: 'no postal code',
    8: 'no contact',
    9: 'no e-mail',
    10: 'no phone',
    11: 'inactive',
    12: 'prospect',
  };
const EXTRA = 12;

const TYPE = { customer: 1, prospect: 3, vendor: 7 };
const PERSON_LICENCE = 1;
const API_LICENCE = 7;

/**
 * Fills an empty tenant, the same way for the same seed number, size and day (DESIGN §9): own company 0, customers named
 * by the shared rule (every tenth in US dollars), their contacts and locations, catalogue, people, API users, contracts.
 */
export function seedTenant(
  parts: { store: Store; database: Database; adjustments: Adjustments },
  options: { seed: number; size: Size; today: string; now: string },
): void {
  const { store, database, adjustments } = parts;
  const { today, now } = options;
  const random = randomFrom(options.seed);
  apiUsers.forEach((user) => store.put('users', structuredClone(user)));
  seedPeople(database, today);
  seedOwnCompanies(database, now);
  seedCatalogue(database, now);
  const customers = sizes[options.size];
  for (let i = 1; i <= customers + EXTRA; i++) {
    const gap = i > customers ? IMPORTABLE[i - customers] : undefined;
    const company = seedCompany(database, i, gap, now);
    if (i <= customers) seedContracts(database, adjustments, company, contractsOf(i, today, random), now);
  }
}

function seedPeople(database: Database, today: string): void {
  const person = (id: number, firstName: string, lastName: string, licenseType: number, userName: string) =>
    database.put<ApiRow>('resources', {
      id,
      firstName,
      lastName,
      licenseType,
      userName: userName.slice(0, 32),
      email: userName.includes('@') ? userName : `${userName}@example-reseller.example`,
      emailTypeCode: 'PRIMARY',
      isActive: true,
      hireDate: `${Number(today.slice(0, 4)) - 3}-01-01`,
      locationID: 28_000,
      numberFormat: 'X,XXX.XX',
      dateFormat: 'yyyy-MM-dd',
      timeFormat: 'HH:mm',
      payrollType: 1,
      resourceType: 'Employee',
      userType: licenseType === API_LICENCE ? 17 : 1,
    });
  person(ids.owner, 'Olive', 'Owner', PERSON_LICENCE, 'olive.owner');
  person(ids.secondResource, 'Basil', 'Billing', PERSON_LICENCE, 'basil.billing');
  for (const user of apiUsers) person(user.resourceId, 'API', user.id, API_LICENCE, user.userName);
}

function seedOwnCompanies(database: Database, now: string): void {
  const company = (id: number, name: string, type: number) =>
    database.put<ApiRow>('companies', {
      id,
      companyName: name,
      companyNumber: null,
      companyType: type,
      isActive: true,
      ownerResourceID: ids.owner,
      phone: '+00 000 000',
      currencyID: ids.euro,
      countryID: ids.countries.DE,
      webAddress: `https://www.${domainOf(name)}`,
      createDate: now,
      createdByResourceID: ids.owner,
      lastActivityDate: now,
      lastTrackedModifiedDateTime: now,
    });
  company(0, 'Example Reseller', TYPE.customer);
  company(ids.vendor, 'Example Distribution', TYPE.vendor);
}

function seedCompany(
  database: Database,
  i: number,
  gap: (typeof IMPORTABLE)[number] | undefined,
  now: string,
): { id: number; number: string } {
  const id = FIRST_ID + i;
  const name = companyName(i);
  const dollars = i % 10 === 0;
  const phone = gap === 'no phone' ? '' : `+00 ${String(5_550_000 + i)}`;
  const street = `${i} Example Street`;
  const postal = gap === 'no postal code' ? null : String(10_000 + i);
  const countryID = dollars ? ids.countries.US : ids.countries.DE;
  const stamps = { createDate: now, lastActivityDate: now };
  database.put<ApiRow>('companies', {
    id,
    companyName: name,
    companyNumber: companyNumber(i),
    companyType: gap === 'prospect' ? TYPE.prospect : TYPE.customer,
    isActive: gap !== 'inactive',
    ownerResourceID: ids.owner,
    address1: street,
    city: townOf(i),
    postalCode: postal,
    countryID,
    phone,
    currencyID: dollars ? ids.dollar : ids.euro,
    webAddress: `https://www.${domainOf(name)}`,
    createdByResourceID: ids.owner,
    lastTrackedModifiedDateTime: now,
    ...stamps,
  });
  const location = database.put<ApiRow>('companyLocations', {
    id: i,
    companyID: id,
    name: 'Head office',
    address1: street,
    city: townOf(i),
    postalCode: postal,
    countryID,
    phone,
    isActive: true,
    isPrimary: true,
  });
  if (gap === 'no contact') return { id, number: companyNumber(i) };
  const { firstName, lastName } = contactName(i);
  database.put<ApiRow>('contacts', {
    id: i,
    companyID: id,
    companyLocationID: location.id,
    firstName,
    lastName,
    emailAddress: gap === 'no e-mail' ? null : `${firstName}.${lastName}@${domainOf(name)}`.toLowerCase(),
    phone,
    addressLine: street,
    city: townOf(i),
    zipCode: postal,
    countryID,
    isActive: 1,
    primaryContact: true,
    ...stamps,
    lastModifiedDate: now,
  });
  return { id, number: companyNumber(i) };
}
