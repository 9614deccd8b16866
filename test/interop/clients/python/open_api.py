"""`alibabacloud-sts20150401`: assumes a role, then asks who it is with what it got."""
from alibabacloud_sts20150401.client import Client
from alibabacloud_sts20150401.models import AssumeRoleRequest
from alibabacloud_tea_openapi.models import Config

from report import report


def work(job, keep):
    request = AssumeRoleRequest(**job['request'])
    issued = Client(Config(**job['config'])).assume_role(request).body.credentials
    credential = {
        'access_key_id': issued.access_key_id,
        'access_key_secret': issued.access_key_secret,
        'security_token': issued.security_token,
    }
    keep(**credential)
    session = Client(Config(**{**job['config'], **credential}))
    return {'identityArn': session.get_caller_identity().body.arn}


report(work)
