/** `@alicloud/sts-sdk`: assumes a role, then asks who it is with what it got. */
const StsClient = require('@alicloud/sts-sdk');
const { report } = require('./report.cjs');

report(async ({ config, request }, keep) => {
  const { roleArn, roleSessionName, durationSeconds } = request;
  const answer = await new StsClient(config).assumeRole(
    roleArn,
    roleSessionName,
    undefined,
    durationSeconds,
  );
  // This client throws nothing: an error of STS is what it returns.
  if (answer.Code !== undefined) {
    return { error: { name: 'answer', code: answer.Code, message: answer.Message } };
  }
  const issued = answer.Credentials;
  const credential = {
    accessKeyId: issued.AccessKeyId,
    accessKeySecret: issued.AccessKeySecret,
    securityToken: issued.SecurityToken,
  };
  keep(credential);
  const session = new StsClient({
    endpoint: config.endpoint,
    credential: { getCredential: async () => credential },
  });
  return { identityArn: (await session.getCallerIdentity()).Arn };
});
