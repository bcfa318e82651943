import { SETTINGS_SCHEMA } from './settings-schema.js';
import { LIFECYCLE_EVENTS } from './lifecycle.dto.js';
import { EXTENSION_KEY } from './host-token.verifier.js';

/** Everything a marketplace needs to list, install and show the extension (reference/marketplace-platforms §6.5). */
export interface Manifest {
  schemaVersion: 1;
  /** `aud` of the host's tokens. */
  key: string;
  name: string;
  description: string;
  vendor: { name: string };
  version: string;
  /** Origin of the extension: `aud` of lifecycle calls, base of every address here. */
  baseUrl: string;
  icon: string;
  audience: ['reseller'];
  /** What the extension does at the marketplace's API. */
  scopes: string[];
  /** Address per event; POST, signed. */
  lifecycle: Record<string, string>;
  /**
   * What to show in a frame: the address, to which the host adds `?installationId=`, and the path that it hands to the
   * page by message (`context.path`). `settings` opens at once after an install and from the gear icon later.
   */
  modules: { key: string; kind: 'page' | 'tab' | 'settings' | 'tile'; title: string; url: string; path: string }[];
  /** JSON schema of what an administrator sets per connection; `x-secret` marks what never comes back. */
  settings: object;
  /** Jobs that run by themselves. */
  schedulables: { key: string; title: string; description: string }[];
}

const MODULES: readonly Omit<Manifest['modules'][number], 'url'>[] = [
  { key: 'main', kind: 'page', title: 'PSA sync', path: '/' },
  { key: 'tasks', kind: 'tab', title: 'Tasks', path: '/' },
  { key: 'mapping', kind: 'tab', title: 'Mapping', path: '/mapping' },
  { key: 'log', kind: 'tab', title: 'Action Log', path: '/log' },
  { key: 'settings', kind: 'tab', title: 'Settings', path: '/settings/connections' },
  { key: 'connect', kind: 'settings', title: 'Settings', path: '/settings/connections' },
  { key: 'dashboard', kind: 'tile', title: 'PSA sync', path: '/' },
];

/** The manifest of an extension that answers at `baseUrl`, an origin without trailing slash. */
export function manifestOf(baseUrl: string, version: string): Manifest {
  return {
    schemaVersion: 1,
    key: EXTENSION_KEY,
    name: 'PSA sync for Autotask',
    description:
      'Keeps recurring-service contracts in Autotask in step with what the marketplace sells: quantity, price and cost on the right contract from the right day.',
    vendor: { name: 'psa-sync' },
    version,
    baseUrl,
    icon: `${baseUrl}/icon.svg`,
    audience: ['reseller'],
    scopes: ['customers:read', 'customers:write', 'products:read', 'orders:read', 'subscriptions:read', 'reports:read'],
    lifecycle: Object.fromEntries(LIFECYCLE_EVENTS.map((event) => [event, `${baseUrl}/lifecycle/${event}`])),
    modules: MODULES.map((module) => ({ ...module, url: `${baseUrl}/` })),
    settings: SETTINGS_SCHEMA,
    schedulables: [
      {
        key: 'check',
        title: 'Check changes',
        description: 'Reads new orders and subscription changes: off, once a day or every 5 minutes.',
      },
    ],
  };
}

/** The catalogue's picture. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="PSA sync">
<rect width="64" height="64" rx="14" fill="#1f4e79"/>
<g fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round">
<path d="M16 26a17 17 0 0 1 30-5"/><path d="M47 11v11H36"/><path d="M48 38a17 17 0 0 1-30 5"/><path d="M17 53V42h11"/>
</g></svg>`;
