import 'reflect-metadata';
import { openDatabase } from '../../config/mikro-orm.config.js';
const orm = await openDatabase({ folder: '/tmp/pgl-gen' });
process.stdout.write(await orm.schema.getCreateSchemaSQL({ wrap: false }));
await orm.close();
