/**
 * The part of FHIRPath (http://hl7.org/fhirpath/N1) that search expressions are written in, as a tree.
 * `of` is what a step is applied to.
 */
export type PathNode =
  /** What the expression, or the criteria of a `where`, is evaluated on. */
  | { readonly kind: 'focus' }
  /** `%resource` */
  | { readonly kind: 'resource' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'member'; readonly of: PathNode; readonly name: string }
  | { readonly kind: 'call'; readonly of: PathNode; readonly name: string; readonly args: readonly PathNode[] }
  | { readonly kind: 'at'; readonly of: PathNode; readonly index: number }
  /** `as(T)`, `ofType(T)` and `as T` are all `as`. */
  | { readonly kind: 'type'; readonly of: PathNode; readonly operator: 'is' | 'as'; readonly type: string }
  | { readonly kind: 'union'; readonly parts: readonly PathNode[] }
  | {
      readonly kind: 'binary';
      readonly operator: 'and' | 'or' | '=' | '!=';
      readonly left: PathNode;
      readonly right: PathNode;
    };

/** Thrown for FHIRPath beyond the subset: the whole engine may still know it. */
export class UnsupportedPathError extends Error {
  override readonly name = 'UnsupportedPathError';
}

const TOKEN = /\s*(?:('(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(%\w+)|(\$\w+)|(!=|[.()[\]|,=]))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };
const FOCUS: PathNode = { kind: 'focus' };

function tokens(text: string): readonly string[] {
  const found: string[] = [];
  const pattern = new RegExp(TOKEN);
  const trimmed = text.trimEnd();
  while (pattern.lastIndex < trimmed.length) {
    const match = pattern.exec(trimmed);
    if (match === null) throw new UnsupportedPathError(`can't read ${text}`);
    found.push(match[0].trim());
  }
  return found;
}

/** A recursive descent over the tokens, loosest operators first. */
class PathParser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  whole(): PathNode {
    const node = this.#or();
    if (this.#next < this.#tokens.length) throw this.#unsupported();
    return node;
  }

  #or(): PathNode {
    let left = this.#and();
    while (this.#take('or')) left = { kind: 'binary', operator: 'or', left, right: this.#and() };
    return left;
  }

  #and(): PathNode {
    let left = this.#equality();
    while (this.#take('and')) left = { kind: 'binary', operator: 'and', left, right: this.#equality() };
    return left;
  }

  #equality(): PathNode {
    const left = this.#union();
    if (this.#take('=')) return { kind: 'binary', operator: '=', left, right: this.#union() };
    if (this.#take('!=')) return { kind: 'binary', operator: '!=', left, right: this.#union() };
    return left;
  }

  #union(): PathNode {
    const parts = [this.#typed()];
    while (this.#take('|')) parts.push(this.#typed());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'union', parts };
  }

  #typed(): PathNode {
    let node = this.#path();
    for (;;) {
      const operator = this.#peek();
      if (operator !== 'is' && operator !== 'as') return node;
      this.#next++;
      node = { kind: 'type', of: node, operator, type: this.#typeName() };
    }
  }

  #path(): PathNode {
    let node = this.#term();
    for (;;) {
      if (this.#take('.')) node = this.#step(node, this.#name());
      else if (this.#take('[')) node = this.#at(node);
      else return node;
    }
  }

  #term(): PathNode {
    if (this.#take('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const token = this.#peek() ?? '';
    if (token === '$this' || token === '%resource') {
      this.#next++;
      return token === '$this' ? FOCUS : { kind: 'resource' };
    }
    const literal = literalOf(token);
    if (literal === undefined) return this.#step(FOCUS, this.#name());
    this.#next++;
    return { kind: 'literal', value: literal };
  }

  #step(of: PathNode, name: string): PathNode {
    if (!this.#take('(')) return { kind: 'member', of, name };
    if (name === 'as' || name === 'ofType' || name === 'is') {
      const type = this.#typeName();
      this.#expect(')');
      return { kind: 'type', of, operator: name === 'is' ? 'is' : 'as', type };
    }
    const args: PathNode[] = [];
    if (this.#take(')')) return { kind: 'call', of, name, args };
    do args.push(this.#or());
    while (this.#take(','));
    this.#expect(')');
    return { kind: 'call', of, name, args };
  }

  #at(of: PathNode): PathNode {
    const index = Number(this.#peek());
    if (!Number.isInteger(index)) throw this.#unsupported();
    this.#next++;
    this.#expect(']');
    return { kind: 'at', of, index };
  }

  /** `Patient`, also as `FHIR.Patient`. */
  #typeName(): string {
    const name = this.#name();
    return this.#take('.') ? this.#name() : name;
  }

  #name(): string {
    const token = this.#peek() ?? '';
    if (!/^[A-Za-z_]/.test(token)) throw this.#unsupported();
    this.#next++;
    return token;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#next++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#unsupported();
  }

  #unsupported(): UnsupportedPathError {
    return new UnsupportedPathError(`${this.#text}: ${this.#peek() ?? 'its end'} was not expected`);
  }
}

function literalOf(token: string): string | number | boolean | undefined {
  if (token === 'true' || token === 'false') return token === 'true';
  if (/^\d/.test(token)) return Number(token);
  if (!token.startsWith("'")) return undefined;
  return token.slice(1, -1).replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
}

/**
 * Reads a search expression, `Patient.deceased.exists() and Patient.deceased != false` for one.
 * Throws {@link UnsupportedPathError} when it is not of the subset.
 */
export function parsePath(expression: string): PathNode {
  return new PathParser(expression).whole();
}
