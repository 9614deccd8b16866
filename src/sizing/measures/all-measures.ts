/** All measures, the least intrusive first: settings of a client, of a release, then new parts. */
import {
  regionalEndpoints,
  rollingStart,
  sharePerHost,
  spreadingClient,
} from './fleet-measures.ts';
import type { Measure } from './measure.ts';
import { jitterWindow, prefetchLead } from './refresh-measures.ts';
import { sessionDuration } from './session-duration.ts';

export const ALL_MEASURES: readonly Measure[] = [
  jitterWindow,
  prefetchLead,
  rollingStart,
  sessionDuration,
  spreadingClient,
  sharePerHost,
  regionalEndpoints,
];
