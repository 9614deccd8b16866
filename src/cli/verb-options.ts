/** Arguments and options that several verbs take, with the same words. */
import { Argument, Option } from './commander.ts';

export const RESULT_REPORTS = 'junit, markdown, github, text, csv, benchmark-action, bencher';
export const OUTCOME_REPORTS = 'junit, markdown, github';

/** All values of an option that may be repeated. */
export const collected = (text: string, texts: string[] = []) => [...texts, text];

export const scenarioArgument = () =>
  new Argument('[scenario]', 'a name under scenarios/ or a path').default('peak-6m-users');

export const seedOption = () =>
  new Option('--seed <n>', 'seed of all chance (default: the scenario’s)').env('STS_HARNESS_SEED');

export const outOption = (description: string) =>
  new Option('--out <dir>', description).default('results').env('STS_HARNESS_OUT');

export const reportOption = (formats: string) =>
  new Option('--report <format=file>', `write a report too, may be repeated: ${formats}`).argParser(
    collected,
  );
