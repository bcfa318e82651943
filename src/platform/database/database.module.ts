import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import { databaseLocation, openDatabase } from '../../../config/mikro-orm.config.js';
import { AppConfig } from '../../../config/app-config.js';
import { Database } from './database.js';
import { lockDataFolder } from './embedded-lock.js';

const RELEASE_LOCK = Symbol('release of the data folder');

/** Opens, migrates and closes the database; everything else injects `Database`. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    @Inject(RELEASE_LOCK) private readonly releaseLock: () => void,
  ) {}

  static forRoot(): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: RELEASE_LOCK,
          inject: [AppConfig],
          useFactory: (config: AppConfig) => (config.databaseUrl ? () => {} : lockDataFolder(config.dataDir)),
        },
        {
          provide: MikroORM,
          inject: [AppConfig, RELEASE_LOCK],
          useFactory: async (config: AppConfig) => {
            const orm = await openDatabase(databaseLocation(config));
            await migrate(orm, config.databaseUrl !== undefined);
            return orm;
          },
        },
        { provide: Database, inject: [MikroORM], useFactory: (orm: MikroORM) => new Database(orm) },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
    this.releaseLock();
  }
}

/** Any fixed number: the key under which processes that start together queue for the migration. */
const MIGRATION_LOCK = 7_205_311;

/** Runs pending migrations; on a server only one of several starting processes does, the others wait for it. */
async function migrate(orm: MikroORM, shared: boolean): Promise<void> {
  if (!shared) {
    await orm.migrator.up();
    return;
  }
  const connection = orm.em.fork() as unknown as import('@mikro-orm/sql').SqlEntityManager;
  await connection.transactional(async (em) => {
    await em.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    await orm.migrator.up();
  });
}
