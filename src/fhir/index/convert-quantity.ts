import { isJsonObject, type JsonObject, type JsonValue } from '../resource.ts';
import { type Convert, type Label, numberOf, textOf } from './converter.ts';

/** Expresses a UCUM quantity in base units; undefined when the unit is not known. */
export interface CanonicalUnits {
  canonical(value: number, unit: string): { readonly value: number; readonly unit: string } | undefined;
}

const UCUM = 'http://unitsofmeasure.org';
/** The system of R4's Money.currency (https://hl7.org/fhir/R4/datatypes.html#Money). */
const CURRENCIES = 'urn:iso:std:iso:4217';

interface Amount {
  readonly low: number;
  readonly high: number;
  readonly system: string;
  readonly code: string;
  readonly unit: string;
}

function amount(low: number, high: number, quantity: JsonObject): Amount {
  return {
    low,
    high,
    system: textOf(quantity.system),
    code: textOf(quantity.code),
    unit: textOf(quantity.unit),
  };
}

/** A comparator leaves one side open: `<5` is all below (https://hl7.org/fhir/R4/datatypes.html#Quantity). */
function amountOfQuantity(quantity: JsonObject): Amount | undefined {
  const value = numberOf(quantity.value);
  if (value === undefined) return undefined;
  const comparator = textOf(quantity.comparator);
  const low = comparator.startsWith('<') ? -Infinity : value;
  const high = comparator.startsWith('>') ? Infinity : value;
  const currency = textOf(quantity.currency);
  if (currency === '') return amount(low, high, quantity);
  return { low, high, system: CURRENCIES, code: currency, unit: currency };
}

function amountOfRange(range: JsonObject): Amount | undefined {
  const low = isJsonObject(range.low) ? range.low : {};
  const high = isJsonObject(range.high) ? range.high : {};
  const from = numberOf(low.value);
  const to = numberOf(high.value);
  if (from === undefined && to === undefined) return undefined;
  const found = amount(from ?? -Infinity, to ?? Infinity, from === undefined ? high : low);
  return found.low <= found.high ? found : undefined;
}

/** From the least to the greatest of the samples: `E`, `U` and `L` stand for no value and for beyond the limits. */
function amountOfSamples(samples: JsonObject): Amount | undefined {
  const origin = isJsonObject(samples.origin) ? samples.origin : {};
  const zero = numberOf(origin.value) ?? 0;
  const factor = numberOf(samples.factor) ?? 1;
  const limits = new Map([
    ['L', numberOf(samples.lowerLimit)],
    ['U', numberOf(samples.upperLimit)],
  ]);
  let low = Infinity;
  let high = -Infinity;
  for (const sample of textOf(samples.data).split(' ')) {
    const value = limits.has(sample) ? limits.get(sample) : zero + Number.parseFloat(sample) * factor;
    if (value === undefined || Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? amount(low, high, origin) : undefined;
}

/** How a type's amount is read; undefined for a type that has none. */
function readerOf(type: string): ((value: JsonValue) => Amount | undefined) | undefined {
  switch (type) {
    case 'Quantity':
    case 'SimpleQuantity':
    case 'Age':
    case 'Count':
    case 'Distance':
    case 'Duration':
    case 'Money':
      return (value) => (isJsonObject(value) ? amountOfQuantity(value) : undefined);
    case 'Range':
      return (value) => (isJsonObject(value) ? amountOfRange(value) : undefined);
    case 'SampledData':
      return (value) => (isJsonObject(value) ? amountOfSamples(value) : undefined);
    case 'decimal':
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
      return (value) => {
        const number = numberOf(value);
        return number === undefined ? undefined : amount(number, number, {});
      };
  }
  return undefined;
}

/** Converts values for a number parameter (https://hl7.org/fhir/R4/search.html#number); a quantity by its number alone. */
export function numberConverter(type: string, { parameter }: Label): Convert | undefined {
  const read = readerOf(type);
  return (
    read &&
    ((value, group, out) => {
      const found = read(value);
      if (found !== undefined) out.push({ kind: 'number', parameter, group, low: found.low, high: found.high });
    })
  );
}

/** Converts values for a quantity parameter (https://hl7.org/fhir/R4/search.html#quantity). */
export function quantityConverter(type: string, { parameter }: Label, units: CanonicalUnits): Convert | undefined {
  const read = readerOf(type);
  return (
    read &&
    ((value, group, out) => {
      const found = read(value);
      if (found === undefined) return;
      const { low, high, system, code, unit } = found;
      const canonical = system === UCUM && code !== '' ? canonicalRange(low, high, code, units) : undefined;
      out.push({ kind: 'quantity', parameter, group, low, high, system, code, unit, canonical });
    })
  );
}

/** The range in base units. Some units fall as their base rises, pH for one: they turn the range over. */
function canonicalRange(low: number, high: number, code: string, units: CanonicalUnits) {
  const isOpen = low === -Infinity || high === Infinity;
  const end = low === -Infinity ? high : low;
  const from = units.canonical(end, code);
  if (from === undefined) return undefined;
  const { value, unit } = from;
  if (low === high) return { low: value, high: value, unit };
  const to = units.canonical(isOpen ? end + 1 : high, code)?.value ?? value;
  if (!isOpen) return { low: Math.min(value, to), high: Math.max(value, to), unit };
  return (low === -Infinity) === to > value
    ? { low: -Infinity, high: value, unit }
    : { low: value, high: Infinity, unit };
}
