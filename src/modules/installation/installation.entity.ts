import { defineEntity, p } from '@mikro-orm/core';

/** States of an installation (FEATURES INS-10). */
export type InstallationStatus = 'enabled' | 'disabled' | 'uninstalled';

const InstallationSchema = defineEntity({
  name: 'Installation',
  tableName: 'installation',
  properties: {
    /** The host's installation id: what its tokens carry in `dest`. */
    id: p.string().length(100).primary(),
    accountId: p.string().length(100),
    accountName: p.string().length(200),
    marketplaceCode: p.string().length(50),
    apiBaseUrl: p.string().length(500),
    /** Origin of the host's pages; the only one allowed to frame ours. */
    hostOrigin: p.string().length(500),
    timeZone: p.string().length(100).nullable(),
    status: p.string().$type<InstallationStatus>().length(20),
    /** Encrypted; signs the host's tokens. Null after an uninstall. */
    sharedSecret: p.text().nullable(),
    /** Encrypted JSON the host sent at install to prefill INS-12. Null when it sent none. */
    marketplaceAccess: p.text().nullable(),
    installedBy: p.string().length(200).nullable(),
    installedAt: p.datetime(),
    uninstalledAt: p.datetime().nullable(),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});

/** One reseller's install: the tenant. */
export class Installation extends InstallationSchema.class {}
InstallationSchema.setClass(Installation);

const LifecycleEventSchema = defineEntity({
  name: 'LifecycleEvent',
  tableName: 'lifecycle_event',
  properties: {
    /** The host's event id; a second delivery changes nothing. */
    id: p.string().length(200).primary(),
    installationId: p.string().length(100),
    eventType: p.string().length(40),
    receivedAt: p.datetime(),
  },
});

/** Every lifecycle event accepted, for idempotence by id. */
export class LifecycleEvent extends LifecycleEventSchema.class {}
LifecycleEventSchema.setClass(LifecycleEvent);
