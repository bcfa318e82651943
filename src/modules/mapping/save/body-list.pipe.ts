import type { PipeTransform, Type } from '@nestjs/common';
import { validationPipe } from '../../../platform/http/validation.js';

/** A DTO that holds the rows of a body which is a bare list. */
export interface RowsDto<T> {
  rows: T[];
}

/**
 * Turns a body that is a JSON list into checked rows. The list itself is the body, so its DTO is a class with one
 * property `rows`, whose rules say how many rows are taken and what each must be.
 */
export class BodyList<T> implements PipeTransform<unknown, Promise<T[]>> {
  constructor(private readonly type: Type<RowsDto<T>>) {}

  /** @throws Problem INPUT_INVALID naming every refused field as `rows.<index>.<field>`. */
  async transform(value: unknown): Promise<T[]> {
    const dto = (await validationPipe().transform(
      { rows: value },
      { type: 'body', metatype: this.type },
    )) as RowsDto<T>;
    return dto.rows;
  }
}
