import { expect, test } from 'vitest';
import { type SimulationState, simulationLine } from '../../src/report/simulation-line.ts';

const state: SimulationState = {
  subject: 'preset:alicloud-java',
  subjectIndex: 0,
  subjectCount: 1,
  replication: 0,
  replications: 1,
  nowMs: 5_400_000,
  endMs: 86_400_000,
  calls: 12_345,
  stalled: 678,
};

test('the line tells how far a simulation is and what has happened so far', () => {
  expect(simulationLine(state)).toBe(
    'preset:alicloud-java · 90 min of 24 h · 12,345 AssumeRole calls · 678 requests stalled',
  );
});

test('which of several subjects and seeds it is counts from one', () => {
  const several = { ...state, subjectIndex: 1, subjectCount: 24, replication: 4, replications: 50 };
  expect(simulationLine(several)).toMatch(/^2\/24 preset:alicloud-java \(seed 5 of 50\) · /);
});

test('a name from outside cannot steer the terminal', () => {
  expect(simulationLine({ ...state, subject: '\u001b[2J' })).toMatch(/^�\[2J · /);
});
