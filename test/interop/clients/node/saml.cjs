/** `@alicloud/sts20150401`, without a key: exchanges a SAML response, then asks who it is. */
const { default: Sts, AssumeRoleWithSAMLRequest } = require('@alicloud/sts20150401');
const { report } = require('./report.cjs');

report(async ({ config, request }, keep) => {
  const { body } = await new Sts(config).assumeRoleWithSAML(new AssumeRoleWithSAMLRequest(request));
  keep(body.credentials);
  const session = new Sts({ ...config, ...body.credentials });
  const identity = (await session.getCallerIdentity()).body;
  return { identityArn: identity.arn };
});
