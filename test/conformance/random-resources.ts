import type { Random } from '../contract/random.ts';

/** How many ids of a type are in use, so that operations meet. */
const IDS = 30;

export const TYPES = ['Patient', 'Observation', 'Encounter', 'Practitioner', 'Organization'] as const;
export type RandomType = (typeof TYPES)[number];

const FAMILIES = ['Müller', 'Muller', 'Smith', 'smith', "O'Neil", 'García López', 'Ng', 'Smithson'];
const GIVEN = ['Ada', 'ADA', 'Björn', 'Chloé', 'Dan', 'Eve'];
const CITIES = ['Berlin', 'Boston', 'bern', 'São Paulo'];
const CODES = ['8302-2', '29463-7', '8867-4', '85354-9'];
const DATES = ['2019', '2019-05', '2019-05-17', '2020-02-29T23:59:59Z', '2020-03-01T00:00:00+02:00', '2021-12-31'];
const UNITS = [
  ['cm', 'cm'],
  ['m', 'm'],
  ['kg', 'kg'],
  ['g', 'g'],
] as const;

/** Makes resources of few values, so that searches find some and not all. */
export class RandomResources {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  id(type: RandomType): string {
    return `${type.toLowerCase().slice(0, 3)}-${this.#random.int(1, IDS)}`;
  }

  type(): RandomType {
    return this.#random.chance(0.3) ? 'Patient' : this.#random.pick(TYPES);
  }

  identifier(): { system: string; value: string } {
    return { system: `urn:sys:${this.#random.int(1, 2)}`, value: `v${this.#random.int(1, 40)}` };
  }

  #reference(...types: readonly RandomType[]): { reference: string } {
    const type = this.#random.pick(types);
    return { reference: `${type}/${this.id(type)}` };
  }

  #maybe<T>(make: () => T, probability = 0.6): T | undefined {
    return this.#random.chance(probability) ? make() : undefined;
  }

  #date(): string {
    return this.#random.pick(DATES);
  }

  resource(type: RandomType, id?: string): Record<string, unknown> {
    return JSON.parse(JSON.stringify({ resourceType: type, id, ...this.#content(type) }));
  }

  #content(type: RandomType): object {
    const random = this.#random;
    const identifier = this.#maybe(() => random.some(1, 2, () => this.identifier()));
    const name = random.some(0, 2, () => ({
      family: this.#maybe(() => random.pick(FAMILIES)),
      given: random.some(0, 2, () => random.pick(GIVEN)),
    }));
    switch (type) {
      case 'Patient':
        return {
          identifier,
          name,
          active: this.#maybe(() => random.chance(0.5)),
          gender: this.#maybe(() => random.pick(['male', 'female', 'other', 'unknown'])),
          birthDate: this.#maybe(() => this.#date().slice(0, 10)),
          address: this.#maybe(() => [{ city: random.pick(CITIES), postalCode: String(random.int(100, 105)) }]),
          generalPractitioner: this.#maybe(() => [this.#reference('Practitioner', 'Organization')]),
          managingOrganization: this.#maybe(() => this.#reference('Organization')),
        };
      case 'Observation':
        return {
          identifier,
          status: random.pick(['final', 'preliminary', 'amended']),
          code: { coding: [{ system: 'http://loinc.org', code: random.pick(CODES) }], text: random.pick(GIVEN) },
          subject: this.#maybe(() => this.#reference('Patient'), 0.9),
          encounter: this.#maybe(() => this.#reference('Encounter')),
          performer: this.#maybe(() => [this.#reference('Practitioner', 'Organization')]),
          ...random.pick([
            { effectiveDateTime: this.#date() },
            { effectivePeriod: { start: '2019-05-01', end: this.#maybe(() => '2020-01-01') } },
            {},
          ]),
          ...random.pick([{ valueQuantity: this.#quantity() }, { valueString: random.pick(FAMILIES) }, {}]),
          component: this.#maybe(
            () =>
              random.some(1, 3, () => ({
                code: { coding: [{ system: 'http://loinc.org', code: random.pick(CODES) }] },
                valueQuantity: this.#quantity(),
              })),
            0.3,
          ),
        };
      case 'Encounter':
        return {
          identifier,
          status: random.pick(['planned', 'finished', 'in-progress']),
          class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: random.pick(['AMB', 'IMP']) },
          subject: this.#maybe(() => this.#reference('Patient'), 0.9),
          period: this.#maybe(() => ({ start: this.#date() })),
          serviceProvider: this.#maybe(() => this.#reference('Organization')),
        };
      case 'Practitioner':
        return { identifier, name, active: random.chance(0.5) };
      case 'Organization':
        return {
          identifier,
          name: random.pick(CITIES),
          partOf: this.#maybe(() => this.#reference('Organization'), 0.4),
        };
    }
  }

  #quantity(): object {
    const [code, unit] = this.#random.pick(UNITS);
    return {
      value: this.#random.pick([1, 1.5, 70, 70.25, 150, 1500]),
      unit,
      system: 'http://unitsofmeasure.org',
      code,
    };
  }
}
