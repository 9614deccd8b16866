"""`oss2` and `alibabacloud-oss-v2`, with a session that they are given. Each step is one call of the client."""
import urllib.error
import urllib.request

import alibabacloud_oss_v2 as v2
import oss2

from report import report

REGION = 'cn-hangzhou'


class Oss2:
    """`oss2`: signature V1 or V4."""

    def __init__(self, key, endpoint, bucket, signature):
        kind = oss2.ProviderAuthV4 if signature == 'v4' else oss2.ProviderAuth
        provider = oss2.credentials.StaticCredentialsProvider(*key)
        self.bucket = oss2.Bucket(kind(provider), endpoint, bucket, region=REGION)

    def put(self, key, text):
        self.bucket.put_object(key, text)

    def get(self, key):
        return {'text': self.bucket.get_object(key).read().decode()}

    def head(self, key):
        return {'text': str(self.bucket.head_object(key).content_length)}

    def list(self, prefix):
        return {'keys': [one.key for one in self.bucket.list_objects_v2(prefix, max_keys=10).object_list]}

    def delete(self, key):
        self.bucket.delete_object(key)

    def url(self, key):
        return fetch(self.bucket.sign_url('GET', key, 60))


class OssV2:
    """`alibabacloud-oss-v2`: signature V4 alone."""

    def __init__(self, key, endpoint, bucket, _signature):
        config = v2.config.load_default()
        config.credentials_provider = v2.credentials.StaticCredentialsProvider(*key)
        config.region = REGION
        config.endpoint = endpoint
        config.use_path_style = True
        config.retry_max_attempts = 1
        self.client = v2.Client(config)
        self.bucket = bucket

    def put(self, key, text):
        self.client.put_object(v2.PutObjectRequest(bucket=self.bucket, key=key, body=text.encode()))

    def get(self, key):
        return {'text': self.client.get_object(v2.GetObjectRequest(self.bucket, key)).body.read().decode()}

    def head(self, key):
        return {'text': str(self.client.head_object(v2.HeadObjectRequest(self.bucket, key)).content_length)}

    def list(self, prefix):
        request = v2.ListObjectsV2Request(bucket=self.bucket, prefix=prefix, max_keys=10)
        return {'keys': [one.key for one in self.client.list_objects_v2(request).contents or []]}

    def delete(self, key):
        self.client.delete_object(v2.DeleteObjectRequest(self.bucket, key))

    def url(self, key):
        return fetch(self.client.presign(v2.GetObjectRequest(self.bucket, key)).url)


def fetch(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return {'text': answer.read().decode(), 'status': answer.status}
    except urllib.error.HTTPError as error:
        return {'text': error.read().decode(), 'status': error.code}


def attempt(client, name, given):
    try:
        return getattr(client, name)(*given) or {}
    except oss2.exceptions.ServerError as error:
        return {'code': error.code, 'status': error.status}
    except v2.exceptions.OperationError as error:
        service = error.unwrap()
        return {'code': service.code, 'status': service.status_code}


def work(job, _keep):
    session = job['session']
    key = [session['accessKeyId'], session['accessKeySecret'], session['securityToken']]
    kind = OssV2 if job['client'] == 'v2' else Oss2
    client = kind(key, job['endpoint'], job['bucket'], job.get('signature'))
    return {'steps': [attempt(client, name, given) for name, *given in job['steps']]}


report(work)
