/** All measures, the least intrusive first: settings of a client, of a release, then new parts. */
import {
  regionalEndpoints,
  rollingStart,
  sharePerHost,
  spreadingClient,
} from './fleet-measures.ts';
import type { Measure } from './measure.ts';
import { jitterWindow, prefetchLead, sessionDuration } from './refresh-measures.ts';

export const ALL_MEASURES: readonly Measure[] = [
  jitterWindow,
  prefetchLead,
  rollingStart,
  sessionDuration,
  spreadingClient,
  sharePerHost,
  regionalEndpoints,
];
