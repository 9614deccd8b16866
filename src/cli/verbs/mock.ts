import type { Command } from 'commander';
import { Option } from '../commander.ts';
import { collected } from '../verb-options.ts';

export function declareMock(verb: Command): void {
  verb
    .addOption(
      new Option('--port <n>', 'plain HTTP port; 0 picks one')
        .default('8080')
        .env('STS_HARNESS_PORT'),
    )
    .addOption(
      new Option('--tls-port <n>', 'HTTPS port; 0 picks one')
        .default('8443')
        .env('STS_HARNESS_TLS_PORT'),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on')
        .default('127.0.0.1')
        .env('STS_HARNESS_HOST'),
    )
    .addOption(
      new Option(
        '--metadata-port <n>',
        'port of the instance metadata service; 0 picks one (default: none)',
      ).env('STS_HARNESS_METADATA_PORT'),
    )
    .addOption(
      new Option(
        '--metadata-host <address>',
        'its address, such as 100.100.100.200 on a loopback alias (default: that of --host)',
      ).env('STS_HARNESS_METADATA_HOST'),
    )
    .addOption(
      new Option(
        '--resource-port <n>',
        'port of KMS and the data plane, plain HTTP; 0 picks one (default: none)',
      ).env('STS_HARNESS_RESOURCE_PORT'),
    )
    .option(
      '--ca-dir <dir>',
      'where its certificate authority is written (default: a temporary one)',
    )
    .addOption(
      new Option('--config <file>', 'accounts, roles, quotas, latency (YAML)').env(
        'STS_HARNESS_CONFIG',
      ),
    )
    .option(
      '--explain',
      'do not start: tell why a call would be allowed or refused, by the policies',
    )
    .option('--caller <who>', 'with --explain: user/<name>, role/<name>, an ARN, or a service')
    .option('--role <role>', 'with --explain: the role to assume, by name or ARN')
    .option('--action <action>', 'with --explain, in place of --role: such as oss:GetObject')
    .option('--resource <arn>', 'with --action: such as acs:oss:*:*:bucket/key')
    .option('--external-id <id>', 'with --role')
    .option('--source-ip <address>', 'with --explain: where the call comes from')
    .option('--time <instant>', 'with --explain: when it comes, ISO 8601 (default: now)')
    .option('--session-policy <json>', 'with --explain: of a calling role session')
    .option(
      '--context <key=value>',
      'with --explain: a further condition key; may be repeated',
      collected,
    )
    .option('--list-faults', 'do not start: list what can go wrong, with its parameters')
    .option('--actiontrail <file>', 'write each call as an ActionTrail event, a line of JSON each')
    .addOption(new Option('--log <format>', 'log each call on stderr').choices(['json']))
    .option('-q, --quiet', 'print the endpoints only')
    .action(async (flags) => {
      const { mock } = await import('../mock.ts');
      process.exitCode = await mock(flags);
    });
}
