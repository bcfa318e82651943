import { Module } from '@nestjs/common';
import { ChangeFeed } from './change-feed.service.js';
import { EventsController } from './events.controller.js';

/** Live changes for the page. */
@Module({ controllers: [EventsController], providers: [ChangeFeed] })
export class EventsModule {}
