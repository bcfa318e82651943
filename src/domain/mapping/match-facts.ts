import publicMailDomains from 'email-providers';
import { getDomain } from 'tldts';
import type { Company } from '../autotask/entities.js';
import type { Customer } from '../marketplace/customer.js';
import { plain, readCompanyName, type CompanyName } from './company-name.js';

/** Either side's record, reduced to what can be compared. */
export interface MatchFacts {
  name: CompanyName;
  /** Identifiers one side may hold of the other, normalised → as written. */
  numbers: ReadonlyMap<string, string>;
  taxNumber?: TaxNumber;
  /** Registrable domains of mail and web, without public mail services → as written. */
  domains: ReadonlyMap<string, string>;
  /** National digits without leading zeros → as written. */
  phones: ReadonlyMap<string, string>;
  /** Words of the street and house number, sorted. */
  street?: string;
  postalCode?: string;
  city?: string;
  /** Street, postal code and town as people read them. */
  address: string;
}

/** A tax number without its spaces and dots. */
export interface TaxNumber {
  written: string;
  /** Two letters in front, where there are any. */
  country?: string;
  digits: string;
}

const PUBLIC_MAIL = new Set(publicMailDomains);

/** What the marketplace knows of a customer. */
export function factsOfCustomer(customer: Customer): MatchFacts {
  const { address } = customer;
  return facts(customer.name, {
    numbers: [customer.externalId, customer.id],
    taxNumber: customer.taxId,
    domains: customer.contacts.map(({ email }) => email.slice(email.lastIndexOf('@') + 1)),
    phones: customer.contacts.map(({ phone }) => phone),
    street: address.street,
    postalCode: address.postalCode,
    city: address.city,
  });
}

/** What Autotask knows of a company. */
export function factsOfCompany(company: Company): MatchFacts {
  return facts(company.name, {
    numbers: [company.companyNumber, String(company.id)],
    taxNumber: company.taxId,
    domains: [company.webAddress],
    phones: [company.phone],
    street: company.address1,
    postalCode: company.postalCode,
    city: company.city,
  });
}

interface Raw {
  numbers: (string | undefined)[];
  taxNumber: string | undefined;
  domains: (string | undefined)[];
  phones: (string | undefined)[];
  street: string | undefined;
  postalCode: string | undefined;
  city: string | undefined;
}

function facts(name: string, raw: Raw): MatchFacts {
  const taxNumber = readTaxNumber(raw.taxNumber);
  const street = raw.street === undefined ? '' : streetKey(raw.street);
  const postalCode = plain(raw.postalCode ?? '').replace(/[^\p{L}\p{N}]/gu, '');
  const city = plain(raw.city ?? '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return {
    name: readCompanyName(name),
    numbers: keyed(raw.numbers, (text) =>
      plain(text)
        .replace(/[^\p{L}\p{N}]/gu, '')
        .replace(/^0+(?=.)/, ''),
    ),
    ...(taxNumber ? { taxNumber } : {}),
    domains: keyed(raw.domains, domainKey),
    phones: keyed(raw.phones, phoneKey),
    ...(street === '' ? {} : { street }),
    ...(postalCode === '' ? {} : { postalCode }),
    ...(city === '' ? {} : { city }),
    address: [raw.street, [raw.postalCode, raw.city].filter(Boolean).join(' ')].filter(Boolean).join(', '),
  };
}

function keyed(values: readonly (string | undefined)[], keyOf: (text: string) => string): Map<string, string> {
  const map = new Map<string, string>();
  for (const value of values) {
    const text = value?.trim();
    const key = text ? keyOf(text) : '';
    if (text && key !== '' && !map.has(key)) map.set(key, text);
  }
  return map;
}

/** The registrable domain of a host, mail domain or web address; empty for public mail services and nonsense. */
function domainKey(text: string): string {
  const domain = getDomain(text.toLowerCase(), { allowPrivateDomains: true }) ?? '';
  return PUBLIC_MAIL.has(domain) ? '' : domain;
}

/**
 * The last eight digits of a number: what the national and the international way of writing share. `44#20#7946001#12` (the marketplace's parts) loses its
 * extension. Too short a number says nothing.
 */
function phoneKey(text: string): string {
  const parts = text.split('#');
  const digits = (parts.length >= 3 ? parts.slice(0, 3).join('') : text.replace(/(?:ext|x|durchwahl)\W*\d+\s*$/i, ''))
    .replace(/\(0\)/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  return digits.length < 7 || /^(\d)\1*$/.test(digits) ? '' : digits.slice(-8);
}

function readTaxNumber(text: string | undefined): TaxNumber | undefined {
  const key = (text ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '');
  const country = /^[A-Z]{2}(?=[A-Z0-9]*\d)/.exec(key)?.[0];
  const digits = country ? key.slice(2) : key;
  if (digits.length < 6 || !/\d{5}/.test(digits) || /^[A-Z]?(\d)\1*$/.test(digits) || digits === '123456789')
    return undefined;
  return { written: text!.trim(), digits, ...(country ? { country } : {}) };
}

const STREET_WORDS = new Set(
  'street st str strasse straat rue road rd lane ln way avenue ave av calle via no nr nummer number'.split(' '),
);

function streetKey(text: string): string {
  return plain(text)
    .replace(/stra(?:ss|ß)e\b|str\b\.?/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !STREET_WORDS.has(word))
    .sort()
    .join(' ');
}
