import { Module } from '@nestjs/common';
import { InstallationModule } from '../installation/installation.module.js';
import { TieOutController } from './tie-out.controller.js';
import { TieOutReport } from './tie-out.service.js';

/** The monthly tie-out (FEATURES WIN-5): reads, and changes nothing. */
@Module({ imports: [InstallationModule], controllers: [TieOutController], providers: [TieOutReport] })
export class TieOutModule {}
