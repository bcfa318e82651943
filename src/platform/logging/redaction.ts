/** Names under which a secret may ever stand in something that is logged, at any of three depths. */
const NAMES = [
  'password',
  'secret',
  'Secret',
  'sharedSecret',
  'subscriptionKey',
  'authorization',
  'Authorization',
  'token',
  'ApiIntegrationCode',
  'integrationCode',
  'autotaskCredentials',
  'marketplaceAccess',
  '["x-subscription-key"]',
  '["X-Subscription-Key"]',
  'encryptionKeys',
];

const at = (prefix: string, name: string) => (name.startsWith('[') ? `${prefix}${name}` : `${prefix}.${name}`);

/** Paths pino censors. The first defence is not logging such objects at all; this is the second. */
export const REDACTED_PATHS: readonly string[] = NAMES.flatMap((name) => [
  name,
  at('*', name),
  at('*.*', name),
  at('*.*.*', name),
]);
