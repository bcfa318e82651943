import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';

const url = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };
const port = 'must be a port number from 1 to 65535';

/** Every variable the program reads, with its default (DESIGN §4). Empty text counts as not set. */
export class EnvironmentVariables {
  @IsIn(['all', 'web', 'worker'], { message: 'PSA_ROLE must be all, web or worker' })
  PSA_ROLE: 'all' | 'web' | 'worker' = 'all';

  @Type(() => Number)
  @IsInt({ message: `PORT ${port}` })
  @Min(0, { message: `PORT ${port}` })
  @Max(65_535, { message: `PORT ${port}` })
  PORT = 3000;

  @IsOptional()
  @IsUrl(url, { message: 'PUBLIC_URL must be a full address such as https://psa.example.com' })
  PUBLIC_URL?: string;

  @Type(() => Number)
  @IsInt({ message: `SANDBOX_AUTOTASK_PORT ${port}` })
  @Min(0, { message: `SANDBOX_AUTOTASK_PORT ${port}` })
  @Max(65_535, { message: `SANDBOX_AUTOTASK_PORT ${port}` })
  SANDBOX_AUTOTASK_PORT = 3001;

  @Type(() => Number)
  @IsInt({ message: `SANDBOX_MARKETPLACE_PORT ${port}` })
  @Min(0, { message: `SANDBOX_MARKETPLACE_PORT ${port}` })
  @Max(65_535, { message: `SANDBOX_MARKETPLACE_PORT ${port}` })
  SANDBOX_MARKETPLACE_PORT = 3002;

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must start with postgres:// or postgresql://' })
  DATABASE_URL?: string;

  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'REDIS_URL must start with redis:// or rediss://' })
  REDIS_URL?: string;

  @IsOptional()
  @Matches(/^[\w-]+:[A-Za-z0-9+/]{43}=(,[\w-]+:[A-Za-z0-9+/]{43}=)*$/, {
    message: 'ENCRYPTION_KEYS must be id:key pairs separated by commas, each key 32 bytes in base64, the newest first',
  })
  ENCRYPTION_KEYS?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty({ message: 'AUTOTASK_INTEGRATION_CODE must not be empty' })
  AUTOTASK_INTEGRATION_CODE?: string;

  @IsOptional()
  @IsUrl(url, { message: 'AUTOTASK_DISCOVERY_URL must be a full address' })
  AUTOTASK_DISCOVERY_URL?: string;

  @IsOptional()
  @IsString()
  AUTOTASK_ALLOWED_HOSTS?: string;

  @Type(() => Number)
  @IsNumber({}, { message: 'AUTOTASK_SETTLE_SECONDS must be a number of seconds from 0.1' })
  @Min(0.1, { message: 'AUTOTASK_SETTLE_SECONDS must be a number of seconds from 0.1' })
  AUTOTASK_SETTLE_SECONDS = 300;

  @Type(() => Number)
  @IsNumber({}, { message: 'AUTOTASK_TIMEOUT_SECONDS must be a number of seconds from 0.1' })
  @Min(0.1, { message: 'AUTOTASK_TIMEOUT_SECONDS must be a number of seconds from 0.1' })
  AUTOTASK_TIMEOUT_SECONDS = 60;

  @Type(() => Number)
  @IsNumber({}, { message: 'LEASE_SECONDS must be a number of seconds from 1' })
  @Min(1, { message: 'LEASE_SECONDS must be a number of seconds from 1' })
  LEASE_SECONDS = 180;

  @IsOptional()
  @IsUrl(url, { message: 'MARKETPLACE_JWKS_URL must be a full address' })
  MARKETPLACE_JWKS_URL?: string;

  @IsOptional()
  @IsString()
  MARKETPLACE_ISSUER?: string;

  @IsOptional()
  @IsString()
  MARKETPLACE_ALLOWED_HOSTS?: string;

  @IsOptional()
  @IsIn(['on', 'off'], { message: 'SANDBOX must be on or off' })
  SANDBOX?: 'on' | 'off';

  @Type(() => Number)
  @IsNumber({}, { message: 'REDACT_AFTER_HOURS must be a number of hours from 0' })
  @Min(0, { message: 'REDACT_AFTER_HOURS must be a number of hours from 0' })
  REDACT_AFTER_HOURS = 48;

  @IsOptional()
  @IsString()
  METRICS_TOKEN?: string;

  @IsOptional()
  @Matches(/^smtps?:\/\//, { message: 'SMTP_URL must start with smtp:// or smtps://' })
  SMTP_URL?: string;

  @IsOptional()
  @IsEmail({ allow_display_name: true }, { message: 'SMTP_FROM must be an e-mail address' })
  SMTP_FROM?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    message: 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent',
  })
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent' = 'info';

  @Transform(({ value }: { value: unknown }) => value ?? './data')
  @IsString()
  DATA_DIR = './data';

  @Transform(({ value }: { value: unknown }) => value ?? './dist/ui')
  @IsString()
  PAGE_DIR = './dist/ui';
}

/** A wrong or missing variable: one sentence each; the boot prints them and stops. */
export class EnvironmentError extends Error {
  constructor(readonly sentences: string[]) {
    super(sentences.join('\n'));
  }
}

/** Variables of ours by prefix: a name that looks like ours and is not is a typing mistake, which must not pass silently. */
const OUR_PREFIXES = ['PSA_', 'AUTOTASK_', 'MARKETPLACE_', 'SANDBOX', 'LEASE_', 'REDACT_', 'ENCRYPTION_'];

/** Validates the environment. @throws EnvironmentError naming each wrong variable in one sentence. */
export function validateEnvironment(source: Record<string, string | undefined>): EnvironmentVariables {
  const known = new Set(Object.keys(new EnvironmentVariables()).concat(OPTIONAL_NAMES));
  const given: Record<string, string> = {};
  const sentences: string[] = [];
  for (const [name, value] of Object.entries(source)) {
    if (known.has(name)) {
      if (value !== undefined && value !== '') given[name] = value;
    } else if (OUR_PREFIXES.some((prefix) => name.startsWith(prefix))) {
      sentences.push(`${name} is not a setting of this program; see the table of settings in the README.`);
    }
  }
  const environment = plainToInstance(EnvironmentVariables, given, { exposeDefaultValues: true });
  for (const error of validateSync(environment)) {
    const message = Object.values(error.constraints ?? { invalid: `${error.property} is not valid` })[0]!;
    sentences.push(`${message}.`);
  }
  if (sentences.length > 0) throw new EnvironmentError(sentences);
  return environment;
}

const OPTIONAL_NAMES = [
  'PUBLIC_URL',
  'DATABASE_URL',
  'REDIS_URL',
  'ENCRYPTION_KEYS',
  'AUTOTASK_INTEGRATION_CODE',
  'AUTOTASK_DISCOVERY_URL',
  'AUTOTASK_ALLOWED_HOSTS',
  'MARKETPLACE_JWKS_URL',
  'MARKETPLACE_ISSUER',
  'MARKETPLACE_ALLOWED_HOSTS',
  'SANDBOX',
  'METRICS_TOKEN',
  'SMTP_URL',
  'SMTP_FROM',
];
