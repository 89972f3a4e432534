import { NUMBER_MARK } from './number-marks.ts';

/**
 * A JSON number whose text a double would not give back: `1.50`, `1e3`, twenty digits.
 * FHIR says that a decimal's precision is part of its value (https://hl7.org/fhir/R4/datatypes.html#decimal).
 */
export class Decimal {
  /** The number as it was written. */
  readonly literal: string;

  constructor(literal: string) {
    this.literal = literal;
  }

  /** The nearest double. */
  valueOf(): number {
    return Number(this.literal);
  }

  /** A marked string, which `stringifyJson` turns into the number as it was written. */
  toJSON(): string {
    return NUMBER_MARK + this.literal;
  }

  toString(): string {
    return this.literal;
  }
}
