/**
 * What the roles of the built-in landing zone may do: one standard policy for every application, a
 * fine-grained one for platform engineering, a broad one for cloud operations that reads and no more.
 * In the grammar of RAM; the choice of actions is ours.
 */
import type { NamedPolicy, PolicyStatement } from './policy/document.ts';

/** An application works in its own bucket, `<app>-data`; backups can be written and never deleted. */
export function applicationPolicy(app: string): NamedPolicy {
  const bucket = `acs:oss:*:*:${app.toLowerCase()}-data`;
  return named('application-oss', [
    {
      Effect: 'Allow',
      Action: ['oss:GetBucketInfo', 'oss:ListObjects'],
      Resource: bucket,
    },
    {
      Effect: 'Allow',
      Action: ['oss:GetObject', 'oss:PutObject', 'oss:DeleteObject', 'oss:AbortMultipartUpload'],
      Resource: `${bucket}/*`,
    },
    { Effect: 'Deny', Action: 'oss:DeleteObject', Resource: `${bucket}/backup/*` },
  ]);
}

/** Kafka and Elasticsearch, action by action. */
export function platformEngineeringPolicy(accountId: string): NamedPolicy {
  return named('platform-engineering', [
    {
      Effect: 'Allow',
      Action: [
        'alikafka:ListInstance',
        'alikafka:ListTopic',
        'alikafka:CreateTopic',
        'alikafka:ModifyTopicRemark',
        'alikafka:ListGroup',
        'alikafka:CreateGroup',
        'alikafka:GetConsumerProgress',
      ],
      Resource: `acs:alikafka:*:${accountId}:*`,
    },
    {
      Effect: 'Allow',
      Action: [
        'elasticsearch:ListInstance',
        'elasticsearch:DescribeInstance',
        'elasticsearch:UpdateInstanceSettings',
        'elasticsearch:RestartInstance',
        'elasticsearch:ListSearchLog',
      ],
      Resource: `acs:elasticsearch:*:${accountId}:instances/*`,
    },
  ]);
}

/** All that only looks, but for what would show secrets and the content of objects. */
export function cloudOperationsPolicy(): NamedPolicy {
  return named('cloud-operations-read-only', [
    { Effect: 'Allow', Action: ['*:Describe*', '*:List*', '*:Get*', '*:Query*'], Resource: '*' },
    { Effect: 'Deny', Action: ['kms:GetSecretValue', 'oss:GetObject'], Resource: '*' },
  ]);
}

function named(name: string, statements: readonly PolicyStatement[]): NamedPolicy {
  return { name, document: { Version: '1', Statement: statements } };
}
