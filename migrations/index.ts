import { Migration20261121120000Initial } from './20261121120000-initial.js';

/** In order; a migration is immutable once merged. */
export const MIGRATIONS = [{ name: '20261121120000-initial', class: Migration20261121120000Initial }];
