import { Migration20261121120000Initial } from './20261121120000-initial.js';
import { Migration20261121131500RequestLimits } from './20261121131500-request-limits.js';
import { Migration20261121142600ChangeEvent } from './20261121142600-change-event.js';
import { Migration20261121150000OpenTaskPlace } from './20261121150000-open-task-place.js';
import { Migration20261121151100UsageMarks } from './20261121151100-usage-marks.js';
import { Migration20261121152030CustomerSuggestions } from './20261121152030-customer-suggestions.js';
import { Migration20261121152640CustomerImport } from './20261121152640-customer-import.js';
import { Migration20261121174500MappingListIndexes } from './20261121174500-mapping-list-indexes.js';
import { Migration20261121183000MappedNames } from './20261121183000-mapped-names.js';

/** In order; a migration is immutable once merged. */
export const MIGRATIONS = [
  { name: '20261121120000-initial', class: Migration20261121120000Initial },
  { name: '20261121131500-request-limits', class: Migration20261121131500RequestLimits },
  { name: '20261121142600-change-event', class: Migration20261121142600ChangeEvent },
  { name: '20261121150000-open-task-place', class: Migration20261121150000OpenTaskPlace },
  { name: '20261121151100-usage-marks', class: Migration20261121151100UsageMarks },
  { name: '20261121152030-customer-suggestions', class: Migration20261121152030CustomerSuggestions },
  { name: '20261121152640-customer-import', class: Migration20261121152640CustomerImport },
  { name: '20261121174500-mapping-list-indexes', class: Migration20261121174500MappingListIndexes },
  { name: '20261121183000-mapped-names', class: Migration20261121183000MappedNames },
];
