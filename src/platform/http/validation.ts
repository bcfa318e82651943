import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { Problem } from './problem.js';

/** One field that was refused. */
export interface FieldError {
  field: string;
  message: string;
}

/** The pipe every controller uses: bodies and queries become DTOs; unknown keys are refused, never dropped (DESIGN §10). */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors: ValidationError[]) => invalidInput(flatten(errors)),
  });
}

/** 400 that names each refused field. */
export function invalidInput(errors: FieldError[]): Problem {
  const first = errors[0];
  return new Problem(
    'invalid',
    'INPUT_INVALID',
    `${first ? `${first.field}: ${first.message}` : 'The input is not valid'}. Nothing was changed.`,
    { errors },
  );
}

function flatten(errors: ValidationError[], path = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}
