import { Module } from '@nestjs/common';
import { ActionLogController } from './action-log.controller.js';
import { ActionLogReader } from './action-log-reader.service.js';
import { ActionLog } from './action-log.service.js';
import { NotificationController } from './notification.controller.js';
import { NotificationReader } from './notification-reader.service.js';

/** The Action Log and the pop-ups derived from it (FEATURES F). */
@Module({
  controllers: [ActionLogController, NotificationController],
  providers: [ActionLog, ActionLogReader, NotificationReader],
  exports: [ActionLog],
})
export class NotificationModule {}
