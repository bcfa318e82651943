/** A refusal with the HTTP status the API answers; the message says what is wrong and what to send instead. */
export class SandboxProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
