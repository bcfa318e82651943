import { store } from './store';

/** What a person chose for this browser. Storage may be blocked inside a frame: then it lasts as long as the page. */
export interface Preferences {
  theme: 'host' | 'light' | 'dark';
  density: 'compact' | 'comfortable';
  letters: boolean;
}

const KEY = 'psa-sync:preferences';
const DEFAULTS: Preferences = { theme: 'host', density: 'compact', letters: true };

/** Reads a value of the tab's or browser's storage; undefined when there is none or storage is blocked. */
export function remembered<T>(key: string, of: 'local' | 'session' = 'session'): T | undefined {
  try {
    const text = (of === 'local' ? localStorage : sessionStorage).getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Keeps a value for a reload; undefined forgets it. */
export function remember(key: string, value: unknown, of: 'local' | 'session' = 'session'): void {
  try {
    const storage = of === 'local' ? localStorage : sessionStorage;
    if (value === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(value));
  } catch {
    // Blocked: the page works without it.
  }
}

export const preferences = store<Preferences>({ ...DEFAULTS, ...remembered<Partial<Preferences>>(KEY, 'local') });

/** Changes preferences and keeps them. */
export function prefer(change: Partial<Preferences>): void {
  preferences.set({ ...preferences.get(), ...change });
  remember(KEY, preferences.get(), 'local');
}
