import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsISO8601, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { PageQuery } from '../../platform/http/page.js';
import type { ActionLogEntry, LogCategory, LogOutcome } from './notification.entities.js';

const CATEGORIES = ['lifecycle', 'connection', 'settings', 'check', 'mapping', 'task', 'push', 'access'] as const;
const OUTCOMES = ['ok', 'failed', 'uncertain', 'info', 'action_required'] as const;

/** Filters of the Action Log (FEATURES LOG-1); all given ones must hold. `search` finds words of the message. */
export class ActionLogQuery extends PageQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsUUID()
  connectionId?: string;

  @ApiPropertyOptional({ enum: CATEGORIES })
  @IsOptional()
  @IsIn(CATEGORIES)
  category?: LogCategory;

  /** One, or several separated by commas. */
  @ApiPropertyOptional({ enum: OUTCOMES, isArray: true })
  @IsOptional()
  @Transform(({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(OUTCOMES, { each: true })
  outcome?: LogOutcome[];

  @ApiPropertyOptional()
  @IsOptional()
  @IsUUID()
  taskId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  subscriptionId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(100)
  customerId?: string;

  /** Host user id, or `automatic`. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  actor?: string;

  /** First instant or day (UTC), included. */
  @ApiPropertyOptional({ example: '2027-02-10' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  /** Last instant or day (UTC), included. */
  @ApiPropertyOptional({ example: '2027-03-10' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  /** `csv` asks for a file of everything that matches; so does `Accept: text/csv`. */
  @ApiPropertyOptional({ enum: ['json', 'csv'] })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

/** One line of the Action Log. `before` and `after` hold what changed; `details` Autotask's own texts and ids. */
export class ActionLogRow {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: '2027-03-10T10:15:09.000Z' })
  at!: string;

  @ApiProperty({ example: 'user-7', description: 'Host user id, or `automatic`' })
  actor!: string;

  @ApiProperty({ enum: CATEGORIES })
  category!: LogCategory;

  @ApiProperty({ example: 'push.adjustUnits' })
  action!: string;

  @ApiProperty({ enum: OUTCOMES })
  outcome!: LogOutcome;

  @ApiProperty()
  message!: string;

  @ApiProperty({ type: String, nullable: true })
  connectionId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  taskId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  subscriptionId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  customerId!: string | null;

  @ApiProperty({ type: Object, nullable: true })
  before!: unknown;

  @ApiProperty({ type: Object, nullable: true })
  after!: unknown;

  @ApiProperty({ type: Object, nullable: true })
  details!: Record<string, unknown> | null;
}

/** A page of the Action Log. */
export class ActionLogPage {
  @ApiProperty({ type: [ActionLogRow] })
  items!: ActionLogRow[];

  @ApiProperty({ description: 'Exact up to 10,000' })
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;
}

/** What of an entry is shown. */
export function actionLogRow(entry: ActionLogEntry): ActionLogRow {
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    actor: entry.actor,
    category: entry.category,
    action: entry.action,
    outcome: entry.outcome,
    message: entry.message,
    connectionId: entry.connectionId ?? null,
    taskId: entry.taskId ?? null,
    subscriptionId: entry.subscriptionId ?? null,
    customerId: entry.customerId ?? null,
    before: entry.before ?? null,
    after: entry.after ?? null,
    details: entry.details ?? null,
  };
}
