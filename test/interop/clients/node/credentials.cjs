/** `@alicloud/credentials`: of a configuration, or of its default chain. */
const { default: Credential, Config } = require('@alicloud/credentials');
const { report } = require('./report.cjs');

report(async ({ config, reads }, keep) => {
  const credential = config === undefined ? new Credential() : new Credential(new Config(config));
  for (let read = 0; read < reads; read += 1) keep(await credential.getCredential());
});
