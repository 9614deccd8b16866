/**
 * The events in one JSON object: itself; the `event` of a line of Simple Log Service, as an object or
 * as text; the `Events` of a page that LookupEvents or the mock's admin API answers.
 * Source: Alibaba Cloud, "Log fields" of ActionTrail in SLS; the LookupEvents API.
 */
import { asFields, type EventReading, readEvent } from './event.ts';

const NO_OBJECT: EventReading = { kind: 'broken', reason: 'no JSON object' };

export function readEnvelope(json: string): EventReading[] {
  const fields = asFields(json);
  if (fields === undefined) return [NO_OBJECT];
  const list = fields.Events ?? fields.events;
  if (Array.isArray(list)) return list.map(readOne);
  return [readOne(fields.event ?? fields.Event ?? fields)];
}

function readOne(value: unknown): EventReading {
  const fields = asFields(value);
  return fields === undefined ? NO_OBJECT : readEvent(fields);
}
