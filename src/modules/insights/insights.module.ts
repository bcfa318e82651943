import { Module } from '@nestjs/common';
import { InstallationModule } from '../installation/installation.module.js';
import { InsightsController } from './insights.controller.js';
import { Insights } from './insights.service.js';

/** Numbers for the page's pictures: reads stored rows, and changes nothing. */
@Module({ imports: [InstallationModule], controllers: [InsightsController], providers: [Insights] })
export class InsightsModule {}
