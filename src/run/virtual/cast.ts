/** Who plays the clients of a scenario in virtual time, and what of it cannot be played there. */
import { badInput, HarnessError } from '../../kernel/errors.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { withoutHostedPrefix } from '../../scenario/subject-names.ts';
import type { Entry } from '../subjects/line-up.ts';
import { checkSubjectName } from '../subjects/registry.ts';
import { isHosted } from './host/hosted-names.ts';
import { virtualSubjectNamed } from './subject-named.ts';
import type { VirtualSubject } from './virtual-subject.ts';

/** The subject of each app; undefined where they are real clients, loaded by their host alone. */
export function castOf(scenario: Scenario, { override }: Entry): VirtualSubject[] | undefined {
  const names = scenario.apps.map(({ client }) => override ?? client.subject);
  const areHosted = names.some(isHosted);
  refuseFaultsElsewhere(scenario, areHosted);
  if (areHosted) {
    refuseModels(names);
    for (const name of names) checkSubjectName(withoutHostedPrefix(name));
    return undefined;
  }
  return scenario.apps.map((app) => {
    const { client } = app;
    const isOwn = override === undefined || override === client.subject;
    const subject = virtualSubjectNamed(override ?? client.subject, isOwn ? client.options : {});
    subject.checkApp?.(app);
    return subject;
  });
}

/** Where one app has a real client all have: one STS serves them, and one host holds it. */
function refuseModels(names: readonly string[]): void {
  const model = names.find((name) => name.startsWith('preset:'));
  if (model === undefined) return;
  const real = names.find(isHosted)!;
  throw new HarnessError(
    'SUBJECT_INVALID',
    `subject: found ${model} beside ${real}: a model cannot be simulated together with a real client`,
    { hint: 'Give both apps models, or both real clients.' },
  );
}

/**
 * Only STS has faults in virtual time, and the places that real clients ask by HTTP. Services know of
 * revoked credentials, and that is all.
 */
function refuseFaultsElsewhere({ faults, file }: Scenario, areHosted: boolean): void {
  const problems = faults.flatMap(({ target, kind }, index) => {
    const isKnown =
      target === undefined ||
      target === 'sts' ||
      kind === 'early-revocation' ||
      (areHosted && target !== 'resource');
    const allowed = areHosted ? 'any target but resource' : 'sts';
    return isKnown
      ? []
      : [
          {
            file,
            path: `faults[${index}].target`,
            found: target,
            allowed: `for simulate, ${allowed}`,
          },
        ];
  });
  if (problems.length === 0) return;
  throw badInput('SCENARIO_INVALID', problems, '`sts-harness run` plays all of them.');
}
