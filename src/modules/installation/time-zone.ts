import { registerDecorator, type ValidationOptions } from 'class-validator';

/** True for an IANA zone this runtime knows, such as `Europe/Berlin` or `UTC`; a bare offset is no zone. */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A DTO field that holds an IANA time zone (FEATURES INS-13). */
export function IsIanaTimeZone(options: ValidationOptions = {}): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isIanaTimeZone',
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message: '$property must be an IANA time zone such as Europe/Berlin', ...options },
      validator: { validate: isTimeZone },
    });
}
