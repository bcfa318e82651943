import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { TaskType } from '../../../domain/sync-plan/sync-facts.js';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import { PageQuery } from '../../../platform/http/page.js';
import { ChoicesDto } from './choices.dto.js';

const TYPES = ['sales', 'change', 'billing', 'cancellation', 'reconciliation'] as const satisfies TaskType[];

/** Ages are counted up to here: a hundred years. */
const MOST_DAYS = 36_500;

/** The views above the task list, as the dashboard counts them. */
export const TASK_VIEWS = ['needsYou', 'ready', 'inProgress', 'waiting', 'synced', 'ignored'] as const;
export type TaskViewName = (typeof TASK_VIEWS)[number];

/** What can be done with many tasks at once. */
const ACTS = ['sync', 'ignore'] as const;
export type TaskAct = (typeof ACTS)[number];

/** Query text with commas → list. */
const splitAtCommas = Transform(({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value,
);
const trueOrFalse = Transform(({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value,
);

/** Filters of the task list; `state`, `type` and `ids` take several, separated by commas. */
export class TaskQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SYNC_TASK_STATES, isArray: true })
  @IsOptional()
  @splitAtCommas
  @IsIn(SYNC_TASK_STATES, { each: true })
  state?: SyncTaskState[];

  @ApiPropertyOptional({ enum: TYPES, isArray: true })
  @IsOptional()
  @splitAtCommas
  @IsIn(TYPES, { each: true })
  type?: TaskType[];

  @ApiPropertyOptional({ example: '1000021' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  customerId?: string;

  /** The marketplace's id. */
  @ApiPropertyOptional({ example: '1200017' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  subscriptionId?: string;

  /** True = only tasks that wait for another one, false = only the others. */
  @ApiPropertyOptional()
  @IsOptional()
  @trueOrFalse
  @IsBoolean()
  waiting?: boolean;

  /** Only what the dashboard counts under that name. */
  @ApiPropertyOptional({ enum: TASK_VIEWS })
  @IsOptional()
  @IsIn(TASK_VIEWS)
  view?: TaskViewName;

  /** Only what counts from at least so many days ago. */
  @ApiPropertyOptional({ example: 7 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  minAgeDays?: number;

  /** Only what counts from at most so many days ago; what begins later is younger still. */
  @ApiPropertyOptional({ example: 1 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  maxAgeDays?: number;

  /** Only rows of this bulk job. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsUUID()
  jobId?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @splitAtCommas
  @IsUUID(undefined, { each: true })
  @ArrayMaxSize(200)
  ids?: string[];
}

/** Body of a preview. Without choices those stored with the task are used. */
export class PlanTaskDto {
  @ApiPropertyOptional({ type: ChoicesDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => ChoicesDto)
  choices?: ChoicesDto;
}

/** Body of a confirmation: what was decided, and the hash of the plan that was shown. */
export class SyncOneDto extends PlanTaskDto {
  @ApiProperty({ example: '9f2c…', description: 'Hash of the plan that was shown' })
  @Matches(/^[0-9a-f]{64}$/, { message: 'must be the hash of the plan that was shown' })
  planHash!: string;
}

/** Which tasks a bulk run takes, in place of their ids. */
export class TaskFilterDto {
  @ApiPropertyOptional({ enum: SYNC_TASK_STATES, isArray: true })
  @IsOptional()
  @IsArray()
  @IsIn(SYNC_TASK_STATES, { each: true })
  state?: SyncTaskState[];

  @ApiPropertyOptional({ enum: TYPES, isArray: true })
  @IsOptional()
  @IsArray()
  @IsIn(TYPES, { each: true })
  type?: TaskType[];

  @ApiPropertyOptional({ example: '1000021' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  customerId?: string;

  @ApiPropertyOptional({ example: 'SO004711' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  waiting?: boolean;

  @ApiPropertyOptional({ enum: TASK_VIEWS })
  @IsOptional()
  @IsIn(TASK_VIEWS)
  view?: TaskViewName;

  /** As in the list. */
  @ApiPropertyOptional({ example: 7 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  minAgeDays?: number;

  /** As in the list. */
  @ApiPropertyOptional({ example: 1 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  maxAgeDays?: number;

  /** Only those among them that this can be done with now. */
  @ApiPropertyOptional({ enum: ACTS })
  @IsOptional()
  @IsIn(ACTS)
  can?: TaskAct;
}

/** Tasks by id, or all that match a filter. */
export class TaskSelectionDto {
  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10_000)
  @IsUUID(undefined, { each: true })
  taskIds?: string[];

  @ApiPropertyOptional({ type: TaskFilterDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => TaskFilterDto)
  filter?: TaskFilterDto;
}

/** Body of a bulk run: which tasks, with the count the person was shown. */
export class SyncManyDto extends TaskSelectionDto {
  @ApiPropertyOptional({ example: 38 })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedCount?: number;
}

/** Body of ignoring tasks (FEATURES TSK-6), at most a thousand at once. */
export class IgnoreTasksDto extends SyncManyDto {
  @ApiProperty({ example: 'Agreed by phone.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason!: string;

  @ApiProperty({ enum: ['done_by_hand', 'not_billed'] })
  @IsIn(['done_by_hand', 'not_billed'])
  kind!: 'done_by_hand' | 'not_billed';
}

/** Body of restoring ignored or superseded tasks. */
export class RestoreTasksDto {
  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsUUID(undefined, { each: true })
  taskIds!: string[];
}

/** Body of saving a draft. `version` is the one last seen; 0 = none was there. */
export class SaveDraftDto {
  @ApiProperty({ example: 'contract' })
  @IsString()
  @Matches(/^[\w-]{1,40}$/, { message: 'must be a step name' })
  step!: string;

  @ApiProperty({ type: ChoicesDto })
  @ValidateNested()
  @Type(() => ChoicesDto)
  choices!: ChoicesDto;

  @ApiProperty({ example: 1, description: 'The version last seen; 0 = none was there' })
  @IsInt()
  @Min(0)
  version!: number;
}

/** Body of deciding about an uncertain write (DESIGN §7). */
export class ResolveOperationDto {
  @ApiProperty({ enum: ['applied', 'not_applied', 'leave'] })
  @IsIn(['applied', 'not_applied', 'leave'])
  verdict!: 'applied' | 'not_applied' | 'leave';

  @ApiPropertyOptional({ example: 'Looked at it in Autotask.' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string;
}
