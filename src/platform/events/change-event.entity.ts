import { defineEntity, p } from '@mikro-orm/core';

/** What changed: the word the page hears. */
export const CHANGE_KINDS = ['task', 'job', 'mapping', 'notification', 'connection'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const ChangeEventSchema = defineEntity({
  name: 'ChangeEvent',
  tableName: 'change_event',
  indexes: [
    { name: 'change_event_feed', properties: ['installationId', 'xact', 'id'] },
    { name: 'change_event_age', properties: ['createdAt'] },
  ],
  properties: {
    id: p.bigint().primary(),
    installationId: p.string().length(100),
    connectionId: p.uuid().nullable(),
    /** Number of the writing transaction; see the migration. */
    xact: p.bigint(),
    kind: p.string().$type<ChangeKind>().length(20),
    /** The rows that changed; null = more than are worth naming. */
    ids: p.json().$type<string[]>().nullable(),
    createdAt: p.datetime(),
  },
});

/** Rows of one table that one statement changed. Written by triggers only. */
export class ChangeEvent extends ChangeEventSchema.class {}
ChangeEventSchema.setClass(ChangeEvent);
