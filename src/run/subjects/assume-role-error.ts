/** An AssumeRole call asked for by a subject through its context failed; `code` is STS's. */
export class AssumeRoleError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'AssumeRoleError';
    this.code = code;
  }
}
