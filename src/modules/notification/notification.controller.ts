import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { NotificationReader } from './notification-reader.service.js';
import { NotificationPage, NotificationQuery, ReadNotifications, UnreadCount } from './notification.dto.js';

/** Pop-ups (FEATURES LOG-2). */
@ApiTags('notifications')
@ApiBearerAuth()
@Controller('notifications')
export class NotificationController {
  constructor(private readonly notifications: NotificationReader) {}

  /** A page, newest first, with the caller's unread count. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Pop-ups, newest first' })
  @ApiOkResponse({ type: NotificationPage })
  async list(@CurrentCaller() caller: Caller, @Query() query: NotificationQuery): Promise<NotificationPage> {
    return await this.notifications.page(caller, query);
  }

  /** Marks some (`ids`) or all of them as read by the caller. Repeating it changes nothing. */
  @Post('read')
  @HttpCode(200)
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Mark pop-ups as read' })
  @ApiOkResponse({ type: UnreadCount })
  async read(@CurrentCaller() caller: Caller, @Body() body: ReadNotifications): Promise<UnreadCount> {
    return await this.notifications.markRead(caller, body);
  }
}
