/** `@alicloud/sts20150401`: assumes a role, then asks who it is with what it got. */
const { default: Sts, AssumeRoleRequest } = require('@alicloud/sts20150401');
const { report } = require('./report.cjs');

report(async ({ config, request }, keep) => {
  const { body } = await new Sts(config).assumeRole(new AssumeRoleRequest(request));
  keep(body.credentials);
  const session = new Sts({ ...config, ...body.credentials });
  const identity = (await session.getCallerIdentity()).body;
  return { identityArn: identity.arn };
});
