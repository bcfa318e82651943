/**
 * Where each kind of secret belongs. The text is authenticated with the secret (see `SecretBox`), so changing one of
 * these makes every stored secret of that kind unreadable.
 */
export const secretContext = {
  /** Key that signs the host's tokens of an installation. */
  sharedSecret: (installationId: string) => `${installationId}/shared-secret`,
  /** Marketplace access that the host sent at install (FEATURES INS-12). */
  hostAccess: (installationId: string) => `${installationId}/host-access`,
  /** Autotask user and secret of a connection. */
  autotask: (installationId: string, connectionId: string) => `${installationId}/${connectionId}/autotask`,
  /** Marketplace access of a connection. */
  marketplace: (installationId: string, connectionId: string) => `${installationId}/${connectionId}/marketplace`,
  /** Login and password of a customer that is about to be created; erased once it is. */
  customerAccess: (installationId: string, connectionId: string, companyId: number) =>
    `${installationId}/${connectionId}/customer-access/${companyId}`,
} as const;
