/** `@alicloud/kms20160120`: reads an AccessKey that KMS keeps. */
const { default: Kms, GetSecretValueRequest } = require('@alicloud/kms20160120');
const { Config } = require('@alicloud/rpc-client');
const { RuntimeOptions } = require('@alicloud/tea-util');
const { report } = require('./report.cjs');

report(async ({ config, secretName }, keep) => {
  const kms = new Kms(new Config(config));
  const request = new GetSecretValueRequest({ secretName });
  const answer = await kms.getSecretValue(request, new RuntimeOptions({}));
  const { AccessKeyId, AccessKeySecret } = JSON.parse(answer.secretData);
  keep({ accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret });
});
