import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SecretBox } from '../../adapters/security/secret-box.js';
import { HostTokenGuard } from './host-token.guard.js';
import { HostTokenVerifier } from './host-token.verifier.js';
import { ActionLog } from '../notification/action-log.service.js';
import { ConnectionAccess } from './connection-access.service.js';
import { ConnectionChanges } from './connection-changes.service.js';
import { ConnectionEditor } from './connection-editor.service.js';
import { ConnectionRemoval } from './connection-removal.service.js';
import { ConnectionSecrets } from './connection-secrets.service.js';
import { ConnectionService } from './connection.service.js';
import { ConnectionTester } from './connection-tester.service.js';
import { ConnectionTrial } from './connection-trial.service.js';
import { ConnectionsController } from './connections.controller.js';
import { InstallationErasure } from './installation-erasure.service.js';
import { InstallationService } from './installation.service.js';
import { LifecycleController } from './lifecycle.controller.js';
import { LifecycleService } from './lifecycle.service.js';
import { LifecycleVerifier } from './lifecycle.verifier.js';
import { ManifestController } from './manifest.controller.js';
import { MeController } from './me.controller.js';
import { SecretRotation } from './secret-rotation.service.js';

/**
 * Installations and their connections, the host's signatures and tokens. Importing it puts the token guard before every
 * route of the application.
 */
@Module({
  controllers: [ManifestController, LifecycleController, MeController, ConnectionsController],
  providers: [
    // Stateless, so its own instance does no harm; importing its module would make a circle.
    ActionLog,
    SecretBox,
    HostTokenVerifier,
    HostTokenGuard,
    { provide: APP_GUARD, useExisting: HostTokenGuard },
    LifecycleVerifier,
    LifecycleService,
    InstallationErasure,
    InstallationService,
    SecretRotation,
    ConnectionSecrets,
    ConnectionService,
    ConnectionAccess,
    ConnectionTester,
    ConnectionTrial,
    ConnectionEditor,
    ConnectionRemoval,
    ConnectionChanges,
  ],
  exports: [SecretBox, HostTokenGuard, ConnectionService, ConnectionAccess, ConnectionChanges, InstallationErasure],
})
export class InstallationModule {}
