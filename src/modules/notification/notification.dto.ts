import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, Equals, IsBoolean, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../../platform/http/page.js';

/** Filters of the pop-up list. */
export class NotificationQuery extends PageQuery {
  /** Only those the caller has not read. */
  @ApiPropertyOptional()
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  unread?: boolean;

  @ApiPropertyOptional()
  @IsOptional()
  @IsUUID()
  connectionId?: string;
}

/** Which pop-ups the caller has read: some by id, or all. */
export class ReadNotifications {
  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @ArrayMaxSize(500)
  @IsUUID(undefined, { each: true })
  ids?: string[];

  @ApiPropertyOptional({ enum: [true] })
  @IsOptional()
  @Equals(true)
  all?: true;
}

/** A pop-up. `code` is stable, `message` is for people, `taskId` links. */
export class NotificationRow {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: '2027-03-10T10:15:09.000Z' })
  createdAt!: string;

  @ApiProperty({ enum: ['error', 'action', 'info'] })
  level!: 'error' | 'action' | 'info';

  @ApiProperty({ example: 'AUTOTASK_REJECTED' })
  code!: string;

  @ApiProperty()
  message!: string;

  @ApiProperty({ type: String, nullable: true })
  connectionId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  taskId!: string | null;

  @ApiProperty({ description: 'By the caller' })
  read!: boolean;
}

/** A page of pop-ups with the caller's unread count. */
export class NotificationPage {
  @ApiProperty({ type: [NotificationRow] })
  items!: NotificationRow[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty()
  unread!: number;
}

/** What is left unread. */
export class UnreadCount {
  @ApiProperty()
  unread!: number;
}
