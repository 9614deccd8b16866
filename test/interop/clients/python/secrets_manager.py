"""`alibabacloud-secretsmanager-client-v2`: reads an AccessKey that KMS keeps, from its cache or afresh."""
import json

from alibabacloud_secretsmanager_client_v2.secret_manager_cache_client_builder import SecretManagerCacheClientBuilder
from alibabacloud_secretsmanager_client_v2.service.default_secret_manager_client_builder import \
    DefaultSecretManagerClientBuilder
from alibabacloud_tea_openapi.models import Config

from report import report


def work(job, keep):
    service = DefaultSecretManagerClientBuilder().standard().add_config(Config(**job['config'])).build()
    client = SecretManagerCacheClientBuilder.new_cache_client_builder(service).build()
    try:
        for step in job['steps']:
            if step == 'refresh':
                client.refresh_now(job['secretName'])
                continue
            data = json.loads(client.get_secret_info(job['secretName']).secret_value)
            keep(data['AccessKeyId'], data['AccessKeySecret'], None)
    finally:
        client.close()


report(work)
