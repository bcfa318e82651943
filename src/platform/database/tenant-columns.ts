import { randomUUID } from 'node:crypto';
import { p } from '@mikro-orm/core';

/** Columns of every row of a tenant: its own id and the installation it belongs to (DESIGN §5). */
export const installationColumns = {
  id: p
    .uuid()
    .primary()
    .onCreate(() => randomUUID()),
  installationId: p.string().length(100),
};

/** The same for rows below a connection. */
export const connectionColumns = {
  ...installationColumns,
  connectionId: p.uuid(),
};
