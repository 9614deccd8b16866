/** The progress line of a simulation: which subject, how far, and what has happened so far. */
import { formatCount, formatDuration } from '../kernel/units.ts';
import { plain } from './paint.ts';

export interface SimulationState {
  readonly subject: string;
  /** 0-based. */
  readonly subjectIndex: number;
  readonly subjectCount: number;
  /** 0-based. */
  readonly replication: number;
  readonly replications: number;
  readonly nowMs: number;
  readonly endMs: number;
  readonly calls: number;
  readonly stalled: number;
}

export function simulationLine(state: SimulationState): string {
  const { subjectIndex, subjectCount, replication, replications } = state;
  const place = subjectCount === 1 ? '' : `${subjectIndex + 1}/${subjectCount} `;
  const seed = replications === 1 ? '' : ` (seed ${replication + 1} of ${replications})`;
  return [
    `${place}${plain(state.subject)}${seed}`,
    `${formatDuration(state.nowMs)} of ${formatDuration(state.endMs)}`,
    `${formatCount(state.calls)} AssumeRole calls`,
    `${formatCount(state.stalled)} requests stalled`,
  ].join(' · ');
}
