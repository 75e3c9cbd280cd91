"""Who a key belongs to, and what a wrong one gets."""

import json
import urllib.error
import urllib.request

from huaweicloudsdkbss.v2 import ListMeasureUnitsRequest
from huaweicloudsdkbss.v2 import BssClient
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from conftest import Key


def get(server, key, path, query=()):
    """A signed GET of a path that the BSS client has no method for."""
    host = server.url.removeprefix("http://")
    request = SdkRequest(
        method="GET", schema="http", host=host, resource_path=path, query_params=list(query), header_params={"Host": host}, body=""
    )
    Signer(GlobalCredentials(key.access_key, key.secret_key)).sign(request)
    wire = urllib.request.Request(server.url + request.uri, headers=request.header_params)
    try:
        answer = urllib.request.urlopen(wire, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, json.load(answer)


def test_a_key_finds_its_domain(server, admin_key, manager_key, other_key):
    status, body = get(server, admin_key, "/v3/auth/domains")
    assert status == 200
    assert [domain["id"] for domain in body["domains"]] == [admin_key.domain_id]
    assert get(server, manager_key, "/v3/auth/domains")[1]["domains"][0]["id"] == admin_key.domain_id
    assert get(server, other_key, "/v3/auth/domains")[1]["domains"][0]["id"] == other_key.domain_id != admin_key.domain_id


def test_a_project_is_found_by_its_region(server, admin_key):
    status, body = get(server, admin_key, "/v3/projects")
    regions = {project["name"]: project["id"] for project in body["projects"]}
    assert status == 200 and len(set(regions.values())) == len(regions) >= 3
    _, body = get(server, admin_key, "/v3/projects", [("name", "cn-north-4")])
    assert [project["id"] for project in body["projects"]] == [regions["cn-north-4"]]
    assert get(server, admin_key, "/v3/projects", [("name", "nowhere")])[1] == {"projects": []}


def test_the_sdk_looks_its_domain_up_where_a_region_is_named(server, admin_key):
    credentials = GlobalCredentials(admin_key.access_key, admin_key.secret_key).with_iam_endpoint(server.url)
    client = BssClient.new_builder().with_credentials(credentials).with_region(Region("cn-north-1", server.url)).build()
    assert credentials.domain_id == admin_key.domain_id
    assert client is not None


def test_a_wrong_secret_and_an_unknown_key_are_refused(server, admin_key, refused):
    for key in [
        Key(admin_key.access_key, "wrong", admin_key.domain_id),
        Key("A" * 20, admin_key.secret_key, admin_key.domain_id),
    ]:
        with refused(401, "APIGW.0301") as caught:
            server.client(key).list_measure_units(ListMeasureUnitsRequest())
        assert "Incorrect IAM authentication information" in caught.value.error_msg


def test_the_domain_of_another_partner_is_refused(server, admin_key, other_key, refused):
    foreign = Key(admin_key.access_key, admin_key.secret_key, other_key.domain_id)
    with refused(401, "APIGW.0301"):
        server.client(foreign, with_domain=True).list_measure_units(ListMeasureUnitsRequest())
