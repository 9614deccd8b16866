#!/usr/bin/env node
/**
 * The command line: dispatches to a verb, whose declaration and action are loaded when it is asked for,
 * so `--help` costs nothing but commander.
 */
import { createRequire } from 'node:module';
import { EXIT, HarnessError } from '../kernel/errors.ts';
import { Command, CommanderError, Help } from './commander.ts';
import { VERBS } from './verbs.ts';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const program = new Command('sts-harness')
  .description('Will the credential path hold at peak? Rehearse it before production does.')
  .version(version)
  .exitOverride()
  .showSuggestionAfterError()
  .configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'sts-harness: ')),
  })
  .addHelpText(
    'after',
    `
Examples:
  sts-harness run                           replay the evening peak of six million users
  sts-harness run cold-start --json         one result document on stdout
  sts-harness run smoke --subject module:./my-client.mjs,reference
                                            your own client, ours beside it
  sts-harness run smoke --target real --budget 20 --dry-run
                                            what real STS would be sent, and by whom
  sts-harness simulate peak-6m-users        the whole day of it in virtual time, in a moment
  sts-harness simulate cold-start --subject 'preset:*'
                                            the models of all SDKs side by side
  sts-harness size peak-6m-users            the quota to ask for, with the evidence
  sts-harness check ./my-client.ts          what a credential client should do, check by check
  sts-harness scenarios show peak-6m-users  what a scenario would offer, before any load
  sts-harness mock --port 8080              the mock STS alone

  sts-harness compare results/baseline/smoke.virtual.json result.json
                                            what got better, worse, or cannot be told
  sts-harness report result.json --format junit
                                            any report, made again from the document

Exit codes: 0 passed, 1 internal error, 2 wrong usage or scenario (before any load),
97 run invalid, 98 worse than the baseline, 99 a threshold or a check failed, 105 aborted by a threshold
or a guard rail, 130/143 ended by a signal (the partial result is kept).`,
  );

for (const [name, { description }] of Object.entries(VERBS)) {
  program.command(name).description(description);
}
// Afterwards, since commands take over such settings as they are made.
program.configureHelp({
  subcommandTerm: (command) => {
    const verb = VERBS[command.name()];
    return verb === undefined
      ? new Help().subcommandTerm(command)
      : `${command.name()} ${verb.takes}`.trimEnd();
  },
});

try {
  await declareNamedVerb();
  await program.parseAsync();
} catch (error) {
  process.exitCode = complain(error);
}

/** The one that will be run, or whose help is shown: before it there are only options and `help`. */
async function declareNamedVerb(): Promise<void> {
  const name = process.argv.slice(2).find((word) => Object.hasOwn(VERBS, word));
  const command = program.commands.find((each) => each.name() === name);
  if (name === undefined || command === undefined) return;
  const declare = await VERBS[name]!.load();
  declare(command);
}

/** One clear message on stderr, and the exit code that belongs to it. */
function complain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  if (error instanceof HarnessError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`;
    process.stderr.write(`sts-harness: ${error.message}${hint}\n`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`sts-harness: internal error, please report it\n${text}\n`);
  return EXIT.internalError;
}
