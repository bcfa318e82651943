import type { CustomerRow } from './simple-api.types.js';

/** The reseller all customers belong to. */
export const RESELLER_ID = '1000000';

const FIRST_WORDS = `Marmalade Juniper Lantern Cobalt Thistle Walnut Harbour Saffron Pebble Orchid Falcon Maple Granite
Willow Copper Ember Clover Meadow Indigo Quartz Amber Birch Cinder Drift Elm Fern Garnet Hazel Ivory Jasper Kelp
Linden Mistral Nectar Onyx Poppy Quill Russet Sable Tansy`.split(/\s+/);

const SECOND_WORDS = `Freight Bakery Dental Logistics Media Optics Textiles Foundry Travel Robotics Gardens Printing
Marine Books Ceramics Energy Films Glass Hotels Instruments Joinery Kitchens Lighting Motors Networks`.split(/\s+/);

const CONTACTS = ['Alex', 'Bo', 'Charlie', 'Dana', 'Eli', 'Finn', 'Gray', 'Harper'];
const STREETS = ['Hillside', 'Quay Lane', 'Market Row', 'Mill Path', 'Garden Way'];
const TOWNS: [string, string][] = [
  ['Sampletown', 'DE'],
  ['Exampleford', 'GB'],
  ['Villeneuve-Exemple', 'FR'],
  ['Voorbeeldstad', 'NL'],
];

/** The name of customer `i`, counted from 1; both sandboxes use the same rule, so that names can be matched. */
export function customerName(i: number): string {
  const first = FIRST_WORDS[(i - 1) % 40]!;
  const second = SECOND_WORDS[(i - 1 + Math.floor((i - 1) / 40)) % 25]!;
  return `${first} ${second}${i > 1000 ? ` ${Math.ceil(i / 1000)}` : ''}`;
}

/** The e-mail and web domain of a customer's name. */
export function customerDomain(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '-')}.example`;
}

/** Customer `i`, counted from 1: id 1000001 upwards, each tenth buys in USD, each fifth has an external id. */
export function buildCustomer(i: number): CustomerRow {
  const name = customerName(i);
  const [city, countryCode] = TOWNS[(i * 7) % TOWNS.length]!;
  const firstName = CONTACTS[i % CONTACTS.length]!;
  return {
    id: String(1_000_000 + i),
    externalId: i % 5 === 0 ? `C${String(i).padStart(5, '0')}` : '',
    attributes: {},
    status: 'active',
    name,
    address: {
      streetAddress: `${STREETS[i % STREETS.length]!} ${1 + ((i * 13) % 90)}`,
      postalCode: String(10_000 + ((i * 37) % 9_000)),
      city,
      countryCode,
    },
    contactPersons: [
      {
        type: 'admin',
        firstName,
        lastName: 'Example',
        email: `${firstName.toLowerCase()}@${customerDomain(name)}`,
        phoneNumber: `49#30#555${String(i % 10_000).padStart(4, '0')}#`,
      },
    ],
    language: 'en',
    ...(i % 3 === 0 ? {} : { taxRegId: `XX${String(i).padStart(7, '0')}` }),
    resellerId: RESELLER_ID,
    currency: i % 10 === 0 ? 'USD' : 'EUR',
  };
}
