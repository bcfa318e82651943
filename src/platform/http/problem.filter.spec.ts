import { BadRequestException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { problemBody } from './problem.filter.js';
import { Problem } from './problem.js';

const REQUEST = 'urn:request:1';

describe('problem answers', () => {
  it('carry the code, the sentence and the details of a problem', () => {
    expect(
      problemBody(new Problem('conflict', 'MAPPING_CONFLICT', 'Two rows changed.', { rows: ['a'] }), REQUEST),
    ).toEqual({
      type: 'urn:psa-sync:problem:MAPPING_CONFLICT',
      title: 'It does not fit what is there now',
      status: 409,
      code: 'MAPPING_CONFLICT',
      detail: 'Two rows changed.',
      instance: REQUEST,
      rows: ['a'],
    });
  });

  it('let no detail override what every answer has', () => {
    const body = problemBody(new Problem('forbidden', 'FORBIDDEN', 'No.', { status: 200, code: 'OK' }), REQUEST);
    expect(body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('tell nothing of the inside of an unexpected error', () => {
    const body = problemBody(new Error('password hunter2 at /srv/app.js'), REQUEST);
    expect(body).toMatchObject({ status: 500, code: 'UNEXPECTED' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('call a body that is no JSON malformed', () => {
    const parserError = Object.assign(new SyntaxError('Unexpected token'), {
      type: 'entity.parse.failed',
      status: 400,
    });
    expect(problemBody(parserError, REQUEST)).toMatchObject({ status: 400, code: 'BODY_MALFORMED' });
    expect(problemBody(new BadRequestException('Unexpected token'), REQUEST)).toMatchObject({ code: 'BODY_MALFORMED' });
  });

  it('know an address that does not exist', () => {
    expect(problemBody(new NotFoundException('Cannot GET /x'), REQUEST)).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });
});
