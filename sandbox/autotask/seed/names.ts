// The rule by which both sandboxes name their customers. It is written down in each, because neither imports the other.
// prettier-ignore
const FIRST = [
  'Marmalade', 'Juniper', 'Lantern', 'Cobalt', 'Thistle', 'Walnut', 'Harbour', 'Saffron', 'Pebble', 'Orchid',
  'Falcon', 'Maple', 'Granite', 'Willow', 'Copper', 'Ember', 'Clover', 'Meadow', 'Indigo', 'Quartz',
  'Amber', 'Birch', 'Cinder', 'Drift', 'Elm', 'Fern', 'Garnet', 'Hazel', 'Ivory', 'Jasper',
  'Kelp', 'Linden', 'Mistral', 'Nectar', 'Onyx', 'Poppy', 'Quill', 'Russet', 'Sable', 'Tansy',
] as const;
// prettier-ignore
const SECOND = [
  'Freight', 'Bakery', 'Dental', 'Logistics', 'Media', 'Optics', 'Textiles', 'Foundry', 'Travel', 'Robotics',
  'Gardens', 'Printing', 'Marine', 'Books', 'Ceramics', 'Energy', 'Films', 'Glass', 'Hotels', 'Instruments',
  'Joinery', 'Kitchens', 'Lighting', 'Motors', 'Networks',
] as const;

/** The name of company `i`, counted from 1; a thousand names, then the same ones numbered. */
export function companyName(i: number): string {
  const first = FIRST[(i - 1) % 40];
  const second = SECOND[(i - 1 + Math.floor((i - 1) / 40)) % 25];
  return `${first} ${second}${i > 1000 ? ` ${Math.ceil(i / 1000)}` : ''}`;
}

/** The web and e-mail domain of a company name, e.g. `marmalade-freight.example`. */
export function domainOf(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '-')}.example`;
}

/** The company number: `C` and five digits. */
export function companyNumber(i: number): string {
  return `C${String(i).padStart(5, '0')}`;
}

const GIVEN = ['Robin', 'Alex', 'Sam', 'Kim', 'Noa', 'Toni', 'Mika', 'Jona', 'Sascha', 'Lou', 'Charlie', 'Andrea'];
const TOWNS = ['Sampleton', 'Exampleford', 'Testhaven', 'Mockbridge', 'Fixtureham'];

/** A person at company `i`. */
export function contactName(i: number): { firstName: string; lastName: string } {
  return { firstName: GIVEN[i % GIVEN.length]!, lastName: FIRST[(i * 7) % FIRST.length]! };
}

/** The town of company `i`. */
export const townOf = (i: number): string => TOWNS[i % TOWNS.length]!;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
