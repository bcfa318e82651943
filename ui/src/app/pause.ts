import * as format from '../format';
import { m, problemWords } from '../messages';
import type { ConnectionItem } from './queries';

/** Why nothing is sent for a connection, and until when; undefined while it works. */
export function pauseText({ state, pause }: Pick<ConnectionItem, 'state' | 'pause'>): string | undefined {
  if (state === 'needsCredentials') return m.app.needsCredentials;
  if (state === 'disabled') return m.app.disabled;
  if (!pause) return undefined;
  const again = pause.until ? m.app.retryAt(format.moment(pause.until)) : m.app.retryNever;
  return `${problemWords(pause.code).happened} ${again}`;
}
