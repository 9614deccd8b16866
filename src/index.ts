/**
 * The library: what the command line does, as functions. `sts-harness/client` is the reference
 * client alone, for production use.
 */

export type { MockStsConfig } from '../mock-sts/core/config.ts';
export { defaultLandingZone } from '../mock-sts/core/landing-zone.ts';
export { AdjustableClock } from '../mock-sts/server/adjustable-clock.ts';
export { loadMockConfig } from '../mock-sts/server/config-file.ts';
export { type MockSts, type MockStsOptions, startMockSts } from '../mock-sts/server/start.ts';
export type { Clock, Timer } from './kernel/clock.ts';
export { HarnessError, type Problem } from './kernel/errors.ts';
export { realClock } from './kernel/real-clock.ts';
export type { Credentials, SessionCredentials } from './kernel/sts/credentials.ts';
export type { MeasuredResult, Result, SubjectResult } from './measure/result.ts';
export { readResult, writeResult } from './measure/result-file.ts';
export { type LiveProgress, type LiveRunOptions, runLive } from './run/live/live-run.ts';
export type { CreateClient, CredentialClient, SubjectContext } from './run/subjects/subject.ts';
export {
  runVirtual,
  type VirtualProgress,
  type VirtualRunOptions,
} from './run/virtual/virtual-run.ts';
export { loadScenario } from './scenario/load.ts';
export { parseScenario } from './scenario/parse.ts';
export type { Scenario } from './scenario/scenario.ts';
export { exitCodeOf } from './verdict/exit-code.ts';
export { judge } from './verdict/judge.ts';
export { parseThresholds } from './verdict/thresholds.ts';
