import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { openDatabase } from '../../config/mikro-orm.config.js';
const orm = await openDatabase({ folder: join(tmpdir(), 'psa-sync-schema') });
process.stdout.write(await orm.schema.getCreateSchemaSQL({ wrap: false }));
await orm.close();
