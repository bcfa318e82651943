import type { Store } from '../kit/store.js';
import { list, oneOf, strings, text } from './order-request.js';
import { SandboxProblem } from './problem.js';
import { RESELLER_ID } from './seed-customers.js';
import type { Address, ContactPerson, CustomerRow } from './simple-api.types.js';

type Json = Record<string, unknown>;

const STATUSES = ['pending', 'active', 'creditHold', 'adminHold', 'cancelled', 'error'] as const;
const CONTACT_TYPES = ['admin', 'billing', 'technical'] as const;

/**
 * A new customer from an API body. Name, address, language and contacts are required; the administrator's login must
 * be free and the password at least eight characters; neither ever comes back. New customers buy in EUR.
 *
 * @throws SandboxProblem 400 naming the first field that is missing or wrong.
 */
export function readNewCustomer(body: Json, store: Store): CustomerRow {
  const name = required(body, 'name');
  const address = readAddress(body['address']);
  const language = required(body, 'language');
  const contacts = readContacts(body);
  const login = readLogin(list(body, 'contactPersons'), store);
  const taxRegId = text(body, 'taxRegId');
  return {
    id: String(store.nextId('customer', 1_000_001)),
    externalId: text(body, 'externalId') ?? '',
    attributes: strings(body, 'attributes'),
    status: oneOf(body, 'status', STATUSES) ?? 'active',
    name,
    address,
    contactPersons: contacts,
    language,
    ...(taxRegId === undefined ? {} : { taxRegId }),
    resellerId: RESELLER_ID,
    currency: 'EUR',
    ...(login === undefined ? {} : { login }),
  };
}

/** The customer with the fields a PATCH may set. @throws SandboxProblem 400 as above. */
export function patchCustomer(row: CustomerRow, body: Json): CustomerRow {
  const externalId = body['externalId'] === '' ? '' : text(body, 'externalId');
  const taxRegId = text(body, 'taxRegId');
  return {
    ...row,
    name: text(body, 'name') ?? row.name,
    status: oneOf(body, 'status', STATUSES) ?? row.status,
    externalId: externalId ?? row.externalId,
    ...(taxRegId === undefined ? {} : { taxRegId }),
    ...(body['address'] === undefined ? {} : { address: readAddress(body['address']) }),
    ...(body['contactPersons'] === undefined ? {} : { contactPersons: readContacts(body) }),
  };
}

function readAddress(value: unknown): Address {
  if (typeof value !== 'object' || value === null) throw new SandboxProblem(400, 'address is missing.');
  const body = value as Json;
  const countryCode = required(body, 'countryCode', 'address.');
  if (!/^[A-Z]{2}$/.test(countryCode))
    throw new SandboxProblem(400, 'address.countryCode must be two capital letters.');
  const addressExtension = text(body, 'addressExtension');
  const state = text(body, 'state');
  return {
    streetAddress: required(body, 'streetAddress', 'address.'),
    ...(addressExtension === undefined ? {} : { addressExtension }),
    postalCode: required(body, 'postalCode', 'address.'),
    city: required(body, 'city', 'address.'),
    ...(state === undefined ? {} : { state }),
    countryCode,
  };
}

function readContacts(body: Json): ContactPerson[] {
  const rows = list(body, 'contactPersons');
  if (rows.length === 0) throw new SandboxProblem(400, 'contactPersons needs at least one person.');
  return rows.map((row) => {
    const phoneNumber = required(row, 'phoneNumber', 'contactPersons.');
    const email = required(row, 'email', 'contactPersons.');
    if (!/^[+#\d\s().-]+$/.test(phoneNumber))
      throw new SandboxProblem(400, 'contactPersons.phoneNumber holds digits, with # between its parts.');
    if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw new SandboxProblem(400, 'contactPersons.email is no e-mail address.');
    return {
      type: oneOf(row, 'type', CONTACT_TYPES) ?? 'admin',
      firstName: required(row, 'firstName', 'contactPersons.'),
      lastName: required(row, 'lastName', 'contactPersons.'),
      email,
      phoneNumber,
    };
  });
}

function readLogin(contacts: Json[], store: Store): string | undefined {
  const owner = contacts.find((contact) => contact['login'] !== undefined || contact['password'] !== undefined);
  if (!owner) return undefined;
  if ((owner['type'] ?? 'admin') !== 'admin')
    throw new SandboxProblem(400, 'Only the admin contact can have a login and a password.');
  const login = required(owner, 'login', 'contactPersons.');
  if (required(owner, 'password', 'contactPersons.').length < 8)
    throw new SandboxProblem(400, 'contactPersons.password needs at least eight characters.');
  if (store.all<CustomerRow>('customers').some((customer) => customer.login === login))
    throw new SandboxProblem(400, `The login "${login}" is taken.`);
  return login;
}

function required(body: Json, name: string, prefix = ''): string {
  const value = text(body, name);
  if (value === undefined) throw new SandboxProblem(400, `${prefix}${name} is missing.`);
  return value;
}
