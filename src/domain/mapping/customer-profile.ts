import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import type { Company, CompanyContact } from '../autotask/entities.js';
import type { NewCustomer } from '../marketplace/customer.js';

/** What a person may fill in or correct for one import; what is missing here comes from Autotask. */
export interface ProfileInput {
  name?: string;
  street?: string;
  extension?: string;
  postalCode?: string;
  city?: string;
  state?: string;
  countryCode?: string;
  taxId?: string;
  language?: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  /** A second address that the marketplace writes to. */
  notificationEmail?: string;
}

/** Everything a customer must have before it can be created (FEATURES MAP-5). */
export const PROFILE_FIELDS = [
  'name',
  'street',
  'city',
  'postalCode',
  'countryCode',
  'firstName',
  'lastName',
  'email',
  'phone',
] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** A company's profile as it would become a customer. */
export interface CustomerProfile extends ProfileInput {
  complete: boolean;
  missing: ProfileField[];
}

/**
 * A company's profile from Autotask with what a person filled in. The contact is the primary active one, else the active
 * one with the lowest id that has an e-mail.
 */
export function profileOf(
  company: Company,
  contacts: readonly CompanyContact[],
  countryCodeOf: (countryId: number) => string | undefined,
  input: ProfileInput = {},
): CustomerProfile {
  const contact = contactOf(contacts);
  const values: ProfileInput = {
    name: company.name,
    ...given('street', company.address1),
    ...given('extension', company.address2),
    ...given('city', company.city),
    ...given('state', company.state),
    ...given('postalCode', company.postalCode),
    ...given('countryCode', company.countryId === undefined ? undefined : countryCodeOf(company.countryId)),
    ...given('taxId', company.taxId),
    ...given('firstName', contact?.firstName),
    ...given('lastName', contact?.lastName),
    ...given('email', contact?.email),
    ...given('phone', contact?.phone ?? company.phone),
    language: 'en',
    ...Object.fromEntries(Object.entries(input).filter(([, value]) => present(value))),
  };
  const missing = PROFILE_FIELDS.filter((field) => !isFilled(field, values[field]));
  return { ...values, complete: missing.length === 0, missing };
}

/** The customer to create from a complete profile. Its external id is the company's id: how it is found again. */
export function newCustomerOf(
  companyId: number,
  profile: CustomerProfile,
  access?: NewCustomer['access'],
): NewCustomer {
  const admin = {
    type: 'admin' as const,
    firstName: profile.firstName!,
    lastName: profile.lastName!,
    email: profile.email!,
    phone: marketplacePhone(profile.phone!, profile.countryCode!),
  };
  const notified = profile.notificationEmail;
  return {
    externalId: String(companyId),
    name: profile.name!,
    language: profile.language ?? 'en',
    ...given('taxId', profile.taxId),
    address: {
      street: profile.street!,
      ...given('extension', profile.extension),
      postalCode: profile.postalCode!,
      city: profile.city!,
      ...given('state', profile.state),
      countryCode: profile.countryCode!.toUpperCase(),
    },
    contacts: notified && notified !== admin.email ? [admin, { ...admin, type: 'billing', email: notified }] : [admin],
    ...(access ? { access } : {}),
  };
}

/**
 * What is wrong with a login and its password, before anything is sent (FEATURES MAP-5); undefined when nothing is.
 * The sentence never repeats the password.
 */
export function accessFault({ login, password }: { login: string; password: string }): string | undefined {
  if (!/^[\p{L}\p{N}._@+-]{3,100}$/u.test(login))
    return 'The login needs 3 to 100 letters, digits or . _ @ + - and no spaces.';
  if (Array.from(password).length < 8 || Array.from(password).length > 64)
    return 'The password needs 8 to 64 characters.';
  if (!/\p{L}/u.test(password) || !/\d/.test(password)) return 'The password needs at least a letter and a digit.';
  if (/\s/.test(password)) return 'The password cannot hold spaces.';
  if (password.toLowerCase().includes(login.toLowerCase())) return 'The password cannot contain the login.';
  return undefined;
}

/** The marketplace's way to write a number, `country#area#number#extension`; an unreadable one keeps its digits. */
function marketplacePhone(text: string, countryCode: string): string {
  const parsed = parsePhoneNumberFromString(text, countryCode.toUpperCase() as CountryCode);
  if (!parsed) return `##${text.replace(/\D/g, '')}#`;
  return `${parsed.countryCallingCode}##${parsed.nationalNumber}#${parsed.ext ?? ''}`;
}

function contactOf(contacts: readonly CompanyContact[]): CompanyContact | undefined {
  const active = contacts.filter(({ isActive }) => isActive).sort((a, b) => a.id - b.id);
  return active.find(({ isPrimary }) => isPrimary) ?? active.find(({ email }) => present(email)) ?? active[0];
}

function isFilled(field: ProfileField, value: string | undefined): boolean {
  if (!present(value)) return false;
  if (field === 'email') return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value);
  if (field === 'phone') return value.replace(/\D/g, '').length >= 6;
  if (field === 'countryCode') return /^[A-Za-z]{2}$/.test(value);
  return true;
}

const present = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

const given = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  present(value) ? ({ [key]: value } as Partial<Record<K, string>>) : {};
