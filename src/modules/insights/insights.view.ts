import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../domain/sync-task/sync-task-state.js';

/** How far back. */
export class InsightsQuery {
  /** Days of tasks, up to and with today. */
  @ApiPropertyOptional({ type: Number, minimum: 7, maximum: 92, default: 30 })
  @Type(() => Number)
  @IsInt()
  @Min(7)
  @Max(92)
  days = 30;

  /** Months of amounts, up to and with this one. */
  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 12, default: 6 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(12)
  months = 6;
}

/** Tasks that take effect on one day, by how they stand now; only states that occur. */
export class TasksOfDayView {
  @ApiProperty({ example: '2027-03-10' })
  date!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { synced: 3, failed: 1 } })
  states!: Partial<Record<SyncTaskState, number>>;
}

/** Units of one product today. */
export class ProductUnitsView {
  @ApiProperty({ example: 'mpn:EX-OFF-B|example-software|1m|12m' })
  productKey!: string;

  @ApiProperty({ example: 'Example Office Basic' })
  name!: string;

  @ApiProperty({ example: 'monthly' })
  cycle!: string;

  @ApiProperty({ example: 41, description: 'In running subscriptions of this connection' })
  marketplace!: number;

  @ApiProperty({ example: 38, description: 'Of these subscriptions, as written to Autotask and read back' })
  autotask!: number;
}

/** Units by product: the biggest differences first, then the biggest products. */
export class UnitsView {
  @ApiProperty({ type: [ProductUnitsView], description: 'At most 100' })
  items!: ProductUnitsView[];

  @ApiProperty({ description: 'All products that are sold or tracked' })
  total!: number;

  @ApiProperty({ description: 'Products of them whose units differ' })
  differing!: number;
}

/** Recurring amounts of a month, decimal text in the connection's currency. */
export class RecurringMonthView {
  @ApiProperty({ example: '2027-03' })
  month!: string;

  @ApiProperty({ example: '1204.50', description: 'Whole periods that begin in the month, by the orders' })
  marketplace!: string;

  @ApiProperty({ example: '1176.50', description: 'The same at units and prices as written to Autotask' })
  autotask!: string;
}

/** What the pictures show. */
export class InsightsView {
  @ApiProperty({ example: '2027-03-10', description: "Today in the connection's time zone" })
  asOf!: string;

  @ApiProperty({
    enum: SYNC_TASK_STATES,
    isArray: true,
    description: 'States that occur, in the order of a task’s life',
  })
  states!: SyncTaskState[];

  @ApiProperty({ type: [TasksOfDayView], description: 'Every day of the range, oldest first' })
  tasks!: TasksOfDayView[];

  @ApiProperty({ type: UnitsView })
  units!: UnitsView;

  @ApiProperty({ type: [RecurringMonthView], description: 'Every month of the range, oldest first' })
  recurring!: RecurringMonthView[];
}
