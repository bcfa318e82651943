/** What a Nest host needs to mount the product. */
export { AppConfig, loadConfig } from '../config/app-config.js';
export { EnvironmentError } from '../config/environment.js';
export { configureApp } from './platform/http/configure-app.js';
export { PsaSyncModule } from './psa-sync.module.js';
