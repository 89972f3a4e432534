/** What marks a {@link Problem}, across copies of this package. */
const MARK = Symbol.for('fwoa.problem');

/** Whose fault a problem is: a wrong flag or argument, or anything else that keeps us from doing what was asked. */
export type ProblemKind = 'usage' | 'failure' | 'interrupted';

/** What a person is told, in this order. */
export interface ProblemText {
  /** What happened, one sentence. */
  readonly what: string;
  /** Why, where that is not plain. */
  readonly why?: string | undefined;
  /** What to do next. */
  readonly next?: string | undefined;
}

/** An error that a person caused or can do something about. Becomes text and an exit code in `src/cli/errors.ts` alone. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** Stable, for scripts: `port-taken`. */
  readonly code: string;
  readonly kind: ProblemKind;
  readonly text: ProblemText;

  constructor(
    code: string,
    text: ProblemText,
    details: { readonly kind?: ProblemKind; readonly cause?: unknown } = {},
  ) {
    super(text.what, { cause: details.cause });
    this.code = code;
    this.kind = details.kind ?? 'failure';
    this.text = text;
    Object.defineProperty(this, MARK, { value: true });
  }
}

export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && MARK in error;
}

/** The code of a system error (`EADDRINUSE`), if the error is one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
