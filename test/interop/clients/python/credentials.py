"""`alibabacloud-credentials`: of a configuration or of its default chain, read in a thread or in an event loop."""
import asyncio

from alibabacloud_credentials.client import Client
from alibabacloud_credentials.models import Config

from report import report


def work(job, keep):
    client = Client(Config(**job['config'])) if 'config' in job else Client()

    def keep_one(credential):
        keep(credential.access_key_id, credential.access_key_secret, credential.security_token,
             credential.provider_name)

    async def read_async():
        for _ in range(job['reads']):
            keep_one(await client.get_credential_async())

    if job['loop']:
        asyncio.run(read_async())
        return
    for _ in range(job['reads']):
        keep_one(client.get_credential())


report(work)
