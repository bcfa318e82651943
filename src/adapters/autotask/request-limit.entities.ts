import { defineEntity, p } from '@mikro-orm/core';
import { USUAL_LIMIT } from './request-budget.js';

// No rows of a tenant: Autotask counts requests per instance of its own, and two installations that are connected to the
// same one share its limits. Nothing but counts stands here.

/** Name of an Autotask instance: zone address and `ci`. */
const instance = p.string().length(300).primary();

const RequestSlotSchema = defineEntity({
  name: 'RequestSlot',
  tableName: 'request_slot',
  properties: {
    instance,
    endpoint: p.string().length(100).primary(),
    /** 1 … 3. */
    slot: p.integer().primary().autoincrement(false),
    holder: p.uuid().nullable(),
    /** Free from then on; past for a place that was given back. */
    heldUntil: p.datetime(),
  },
});

/** A place of a request in flight (DESIGN §7, the gate). */
export class RequestSlot extends RequestSlotSchema.class {}
RequestSlotSchema.setClass(RequestSlot);

const RequestClaimSchema = defineEntity({
  name: 'RequestClaim',
  tableName: 'request_claim',
  properties: {
    instance,
    endpoint: p.string().length(100).primary(),
    /** 0 writes, 1 checks and screens, 2 refreshes. */
    rank: p.integer().primary().autoincrement(false),
    claimedUntil: p.datetime(),
  },
});

/** Somebody of this rank waits for a place in some process: those after it hold back. */
export class RequestClaim extends RequestClaimSchema.class {}
RequestClaimSchema.setClass(RequestClaim);

const RequestBudgetRowSchema = defineEntity({
  name: 'RequestBudgetRow',
  tableName: 'request_budget',
  properties: {
    instance,
    /** Our requests by minute of the epoch. */
    minutes: p.json().$type<Record<string, number>>().defaultRaw(`'{}'`),
    requestLimit: p.integer().default(USUAL_LIMIT),
    timeFrameMinutes: p.integer().default(60),
    /** Requests of all integrations when the tenant's counter was read. */
    tenantCount: p.integer().default(0),
    sentSinceRead: p.integer().default(0),
    /** When the tenant's counter is to be read again. */
    refreshAt: p.datetime(),
  },
});

/** What we and the tenant have used of an instance's hourly requests. */
export class RequestBudgetRow extends RequestBudgetRowSchema.class {}
RequestBudgetRowSchema.setClass(RequestBudgetRow);
