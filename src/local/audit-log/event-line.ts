import type { AuditEntity, AuditEvent } from '../../audit/audit-event.ts';

const UNSAFE = /[\u007f-\u009f\u2028\u2029]/;
/** So many entities are worth a copy of the event without them. */
const MANY = 4;
const ALL_UNSAFE = new RegExp(UNSAFE, 'g');

/**
 * An event as its line. JSON escapes the control characters below U+0020, so that no value can begin a line of its own; here those above
 * are escaped too, which some terminals and readers of lines obey.
 */
export function eventLine(event: AuditEvent): string {
  const { entity } = event;
  const apart = entity !== undefined && entity.length >= MANY;
  const json = JSON.stringify(apart ? { ...event, entity: undefined } : event);
  const safe = UNSAFE.test(json) ? json.replace(ALL_UNSAFE, escaped) : json;
  return !apart ? `${safe}\n` : `${safe.slice(0, -1)},"entity":[${entitiesJson(entity)}]}\n`;
}

/** By hand, as there are many: half the time of a page's event. Types and ids have no character that JSON would escape. */
function entitiesJson(entities: readonly AuditEntity[]): string {
  let json = '';
  for (const { type, id, version, change } of entities) {
    if (json !== '') json += ',';
    json += `{"type":"${type}","id":"${id}","version":${version}${change === undefined ? '' : `,"change":"${change}"`}}`;
  }
  return json;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
