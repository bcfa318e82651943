import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { SettingsDto } from './connection.dto.js';
import { DEFAULT_SETTINGS } from './connection-settings.js';
import { SETTINGS_SCHEMA } from './settings-schema.js';

const described = SETTINGS_SCHEMA.properties.settings.properties;
const strict = { whitelist: true, forbidNonWhitelisted: true };

describe('settings', () => {
  it('are the same in the defaults, the manifest and the API', () => {
    expect(Object.keys(described).sort()).toEqual(Object.keys(DEFAULT_SETTINGS).sort());
    const defaults = Object.fromEntries(Object.entries(described).map(([name, one]) => [name, one.default]));
    expect(defaults).toEqual(DEFAULT_SETTINGS);
    expect(validateSync(plainToInstance(SettingsDto, DEFAULT_SETTINGS), strict)).toEqual([]);
  });

  it('take every choice that the manifest offers, and no other', () => {
    const choices = Object.entries(described).flatMap(([name, one]) =>
      'enum' in one ? one.enum.map((value) => ({ [name]: value as unknown })) : [],
    );
    expect(choices.length).toBeGreaterThan(6);
    const refused = (value: object) => validateSync(plainToInstance(SettingsDto, value), strict).length > 0;
    expect(choices.filter((choice) => refused(choice))).toEqual([]);
    const others = choices.map((choice) => ({ [Object.keys(choice)[0]!]: 'something else' }));
    expect(others.filter((choice) => !refused(choice))).toEqual([]);
  });
});
