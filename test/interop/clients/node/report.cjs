/** Reads the job, runs `work`, and writes what it got: to a file, so that no output holds a secret. */
const { readFileSync, writeFileSync } = require('node:fs');

exports.report = async (work) => {
  const job = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  const credentials = [];
  const done = { credentials };
  const keep = ({ accessKeyId, accessKeySecret, securityToken, providerName }) => {
    credentials.push({ accessKeyId, accessKeySecret, securityToken, provider: providerName });
  };
  try {
    Object.assign(done, await work(job, keep));
  } catch (error) {
    const { name, message, code, statusCode, data } = error;
    done.error = { name, message, code, statusCode, data };
  }
  writeFileSync(job.report, JSON.stringify(done), { mode: 0o600 });
};
