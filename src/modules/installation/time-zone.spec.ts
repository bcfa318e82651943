import { describe, expect, it } from 'vitest';
import { isTimeZone } from './time-zone.js';

describe('isTimeZone', () => {
  it('takes names of zones', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata'];
    expect(zones.filter((zone) => !isTimeZone(zone))).toEqual([]);
  });

  it('takes nothing else', () => {
    const others = [
      '',
      'Mars/Olympus',
      '+02:00',
      '-0500',
      'Europe',
      ' UTC',
      'Europe/Berlin; x',
      7,
      null,
      undefined,
      {},
    ];
    expect(others.filter((other) => isTimeZone(other))).toEqual([]);
  });
});
