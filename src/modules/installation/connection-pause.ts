import type { Connection } from './connection.entity.js';

/** After which pause it is tried again by itself (DESIGN §7); after the last one only a person lifts the pause. */
export const PAUSE_MINUTES: readonly number[] = [15, 60];

/** `paused_until` of a pause that only a person ends. */
export const UNTIL_A_PERSON_ACTS = new Date('9999-12-31T00:00:00Z');

/** True while nothing may be sent for the connection. Once the time is over, the next use is the retry. */
export function isPaused(connection: Pick<Connection, 'pausedUntil'>, now: Date): boolean {
  return connection.pausedUntil !== null && connection.pausedUntil !== undefined && connection.pausedUntil > now;
}
