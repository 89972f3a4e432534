import { Random } from '../contract/random.ts';
import { RandomResources, type RandomType } from './random-resources.ts';

/** A request that two servers must answer alike. */
export interface Operation {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Searches; `{id:Type}` and `{identifier}` are filled in. Each is total in its order, or has none. */
const SEARCHES: readonly string[] = [
  'Patient?family=smi',
  'Patient?family:exact=Smith',
  'Patient?name:contains=o',
  'Patient?given=ada&gender=female,other',
  'Patient?gender:not=male&_sort=-birthdate,_id&_count=5',
  'Patient?birthdate=ge2019-05&_sort=birthdate,_id&_count=3',
  'Patient?birthdate=lt2020&active=true',
  'Patient?birthdate=ne2019',
  'Patient?identifier=urn:sys:1|v3,v7',
  'Patient?identifier=|v3',
  'Patient?identifier:missing=true&_sort=family,-_lastUpdated,_id&_count=4',
  'Patient?general-practitioner=Practitioner/{id:Practitioner}',
  'Patient?general-practitioner.name=Björn',
  'Patient?organization:Organization.name=ber&_include=Patient:organization&_sort=_id&_count=4',
  'Patient?_has:Observation:patient:code=8302-2',
  'Patient?_has:Observation:patient:_has:Encounter:reason-reference:status=finished&_count=3',
  'Patient?_id={id:Patient},{id:Patient},x',
  'Patient?address-city=b&_total=accurate&_count=2&_sort=address-city,_id',
  'Patient?_lastUpdated=ge{time}&_sort=_lastUpdated,_id&_count=7',
  'Patient?_summary=count&active=false',
  'Patient?_elements=name,gender&_sort=_id&_count=6',
  'Patient?_filter=family sw "s" and not (gender eq male)',
  'Patient?name=nobody',
  'Patient?_sort=-family,given,_id&_count=6',
  'Observation?code=http://loinc.org|8302-2&_sort=-date,_id&_count=4',
  'Observation?code:text=ad',
  'Observation?patient={id:Patient}&_include=Observation:patient&_include:iterate=Patient:organization',
  'Observation?patient.family=m&_sort=_id',
  'Observation?subject:Patient.birthdate=gt2019-06&status=final',
  'Observation?value-quantity=1.5|http://unitsofmeasure.org|m',
  'Observation?value-quantity=gt70&_sort=value-quantity,_id&_count=5',
  'Observation?value-quantity=lt1000||kg',
  'Observation?component-code-value-quantity=8302-2$gt1',
  'Observation?code-value-quantity=http://loinc.org|8302-2$le70|http://unitsofmeasure.org|kg',
  'Observation?combo-code=8867-4&date=2019',
  'Observation?date=sa2019-05-17&_count=4&_sort=date,_id',
  'Observation?date=eb2020',
  'Observation?date=ap2019-06-01',
  'Observation?value-string=mul,ng',
  'Observation?encounter:missing=false&performer:missing=true',
  'Observation?_has:Encounter:x:y=z',
  'Encounter?subject=Patient/{id:Patient}&_revinclude=Observation:encounter&_sort=_id',
  'Encounter?class=AMB&service-provider.partof.name=b&_sort=-_id',
  'Encounter?date=2019&status:not=finished',
  'Organization?partof=Organization/{id:Organization}&_revinclude:iterate=Organization:partof&_sort=_id&_count=10',
  'Organization?name=b&_total=accurate',
  'Practitioner?_sort=name,_id&_count=6',
  '?_type=Patient,Organization&_id={id:Patient},{id:Organization}',
  '?_type=Patient,Practitioner&identifier=v1,v2,v3&_sort=-_lastUpdated,_id&_count=3',
  'Patient/{id:Patient}/Observation?status=final&_sort=_id',
  'Patient/{id:Patient}/*?_count=50',
  'Patient?birthdate=nonsense',
  'Patient?nothing=1',
];

/** Makes operations, the same ones for the same seed. */
export class RandomOperations {
  readonly #random: Random;
  readonly #resources: RandomResources;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#resources = new RandomResources(this.#random);
  }

  next(now: number): Operation {
    const random = this.#random;
    const roll = random.next();
    if (roll < 0.24) return this.#put();
    if (roll < 0.31) return this.#post();
    if (roll < 0.36) return this.#conditional();
    if (roll < 0.42) return this.#delete();
    if (roll < 0.46) return this.#bundle();
    if (roll < 0.62) return this.#read(now);
    return this.#search(now);
  }

  #put(headers: Record<string, string> = {}): Operation {
    const type = this.#resources.type();
    const id = this.#resources.id(type);
    if (this.#random.chance(0.15)) headers['if-match'] = `W/"${this.#random.int(1, 4)}"`;
    if (this.#random.chance(0.05)) headers['if-none-match'] = '*';
    return { method: 'PUT', url: `/${type}/${id}`, headers, body: this.#json(type, id) };
  }

  #json(type: RandomType, id?: string): string {
    return JSON.stringify(this.#resources.resource(type, id));
  }

  #post(): Operation {
    const type = this.#resources.type();
    return { method: 'POST', url: `/${type}`, body: this.#json(type) };
  }

  #criteria(): string {
    const { system, value } = this.#resources.identifier();
    return `identifier=${encodeURIComponent(this.#random.chance(0.5) ? `${system}|${value}` : value)}`;
  }

  #conditional(): Operation {
    const type = this.#resources.type();
    const criteria = this.#random.chance(0.9) ? this.#criteria() : '_lastUpdated=lt2000';
    const body = this.#json(type);
    if (this.#random.chance(0.5))
      return { method: 'POST', url: `/${type}`, headers: { 'if-none-exist': criteria }, body };
    return { method: 'PUT', url: `/${type}?${criteria}`, body };
  }

  #delete(): Operation {
    const type = this.#resources.type();
    const path = this.#random.chance(0.8) ? `/${this.#resources.id(type)}` : `?${this.#criteria()}`;
    return { method: 'DELETE', url: `/${type}${path}` };
  }

  #bundle(): Operation {
    const random = this.#random;
    const type = random.pick(['transaction', 'batch']);
    // A batch's entries are carried out at once: which of them gets which new id is not to be told.
    const giving = type === 'batch' ? [] : [() => this.#post(), () => this.#conditional()];
    const entry = random.some(1, 6, () => {
      const {
        method,
        url,
        headers = {},
        body,
      } = random.pick([...giving, () => this.#put({}), () => this.#delete(), () => this.#read(0)])();
      return {
        fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(random.int(0, 1e9)).padStart(12, '0')}`,
        resource: body === undefined ? undefined : JSON.parse(body),
        request: {
          method,
          url: url.slice(1),
          ifMatch: headers['if-match'],
          ifNoneExist: headers['if-none-exist'],
        },
      };
    });
    return { method: 'POST', url: '/', body: JSON.stringify({ resourceType: 'Bundle', type, entry }) };
  }

  #read(now: number): Operation {
    const type = this.#resources.type();
    const path = `/${type}/${this.#resources.id(type)}`;
    const url = this.#random.pick([
      () => path,
      () => path,
      () => path,
      () => `${path}/_history/${this.#random.int(1, 5)}`,
      () => `${path}/_history`,
      () => `${path}/_history?_count=2`,
      () => `/${type}/_history?_count=${this.#random.int(1, 9)}`,
      () => `/_history?_count=5`,
      () => `/${type}/_history?_since=${new Date(now - this.#random.int(0, 200_000)).toISOString()}`,
      () => `${path}/_history?_at=ge${new Date(now - this.#random.int(0, 900_000)).toISOString()}`,
    ])();
    return { method: 'GET', url };
  }

  #search(now: number): Operation {
    const filled = this.#random
      .pick(SEARCHES)
      .replace(/\{id:(\w+)\}/g, (_, type: RandomType) => this.#resources.id(type))
      .replace('{time}', new Date(now - this.#random.int(0, 900_000)).toISOString());
    const [path = '', query = ''] = filled.split('?');
    const encoded = query
      .split('&')
      .map((pair) => {
        const at = pair.indexOf('=');
        return `${pair.slice(0, at)}=${encodeURIComponent(pair.slice(at + 1))}`;
      })
      .join('&');
    return { method: 'GET', url: `/${path}?${encoded}` };
  }
}
