// Reads the annotations of a Java class file (Java Virtual Machine Specification, chapter 4): of the class, of its fields.

/** @typedef {import('./formats.d.ts').Annotation} Annotation */
/** @typedef {import('./formats.d.ts').AnnotationValue} AnnotationValue */

/** Bytes after the tag of each kind of constant but Utf8 (1), whose length is in the file. */
const constantSizes = new Map([
  [3, 4],
  [4, 4],
  [5, 8],
  [6, 8],
  [7, 2],
  [8, 2],
  [9, 4],
  [10, 4],
  [11, 4],
  [12, 4],
  [15, 3],
  [16, 2],
  [17, 4],
  [18, 4],
  [19, 2],
  [20, 2],
]);

/** @param {Buffer} bytes */
function reader(bytes) {
  let at = 0;
  /** @param {number} length */
  const take = (length) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  return {
    u1: () => take(1).readUInt8(),
    u2: () => take(2).readUInt16BE(),
    u4: () => take(4).readUInt32BE(),
    take,
  };
}

/** @typedef {ReturnType<typeof reader>} Reader */

/**
 * Strings and numbers of the constant pool, by index; the rest of it is not needed.
 * @param {Reader} input
 */
function readConstants(input) {
  const count = input.u2();
  /** @type {Map<number, string | number>} */
  const constants = new Map();
  for (let index = 1; index < count; index++) {
    const tag = input.u1();
    if (tag === 1) {
      constants.set(index, input.take(input.u2()).toString('utf8'));
      continue;
    }
    const size = constantSizes.get(tag);
    if (size === undefined) throw new Error(`Unknown constant tag ${tag}`);
    const bytes = input.take(size);
    if (tag === 3) constants.set(index, bytes.readInt32BE(0));
    // Longs and doubles take two places.
    if (tag === 5 || tag === 6) index++;
  }
  return constants;
}

/**
 * @param {Reader} input
 * @param {Map<number, string | number>} constants
 * @returns {AnnotationValue}
 */
function readValue(input, constants) {
  const tag = String.fromCharCode(input.u1());
  const constant = () => constants.get(input.u2()) ?? '';
  switch (tag) {
    case 'e':
      input.u2();
      return constant();
    case 'c':
      return { class: String(constant()) };
    case '@':
      return readAnnotation(input, constants);
    case '[':
      return Array.from({ length: input.u2() }, () => readValue(input, constants));
    default:
      return constant();
  }
}

/**
 * @param {Reader} input
 * @param {Map<number, string | number>} constants
 * @returns {Annotation}
 */
function readAnnotation(input, constants) {
  const type = String(constants.get(input.u2()));
  const pairs = Array.from({ length: input.u2() }, () => {
    const name = String(constants.get(input.u2()));
    return /** @type {const} */ ([name, readValue(input, constants)]);
  });
  return { type, values: Object.fromEntries(pairs) };
}

/**
 * @param {Reader} input
 * @param {Map<number, string | number>} constants
 * @returns {Annotation[]}
 */
function readAttributes(input, constants) {
  /** @type {Annotation[]} */
  const annotations = [];
  for (let left = input.u2(); left > 0; left--) {
    const name = constants.get(input.u2());
    const body = reader(input.take(input.u4()));
    if (name !== 'RuntimeVisibleAnnotations') continue;
    for (let count = body.u2(); count > 0; count--) annotations.push(readAnnotation(body, constants));
  }
  return annotations;
}

/**
 * Fields or methods: access flags, name and type (six bytes), then attributes.
 * @param {Reader} input
 * @param {Map<number, string | number>} constants
 * @returns {Annotation[]}
 */
function readMembers(input, constants) {
  return Array.from({ length: input.u2() }, () => {
    input.take(6);
    return readAttributes(input, constants);
  }).flat();
}

/**
 * @param {Buffer} bytes a class file
 * @returns {{ ofClass: Annotation[], ofFields: Annotation[] }}
 */
export function readAnnotations(bytes) {
  const input = reader(bytes);
  if (input.u4() !== 0xcafebabe) throw new Error('Not a class file');
  // Version; then, after the constants: access flags, class, superclass, and the interfaces.
  input.take(4);
  const constants = readConstants(input);
  input.take(6);
  input.take(2 * input.u2());
  const ofFields = readMembers(input, constants);
  // The methods, of which nothing is needed but their end.
  readMembers(input, constants);
  return { ofClass: readAttributes(input, constants), ofFields };
}
