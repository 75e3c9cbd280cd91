"""The server on a fresh database with the demo partner, access keys, and the official SDK pointed at it.

Environment: PARTNER_CENTER_BIN, the program to test; the release build where nothing is said.
"""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.request

# A proxy of the environment has no business between the SDK and a loopback address.
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]
os.environ["NO_PROXY"] = "*"

import pytest
from huaweicloudsdkbss.v2 import BssClient
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program():
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return os.environ.get("PARTNER_CENTER_BIN", str(target / "release" / "partner-center"))


class Key:
    """An access key with its secret."""

    def __init__(self, access_key, secret_key, domain_id):
        self.access_key, self.secret_key, self.domain_id = access_key, secret_key, domain_id


class Server:
    """A running server and its command line."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.database = f"sqlite://{self.folder}/partner-center.db"
        self.environment = {**os.environ, "DATABASE_URL": self.database, "PARTNER_CENTER_LOG": "warn"}
        self.url = None
        self.process = None

    def run(self, *arguments, stdin=None):
        """Runs a command of the program on the same database and answers what it prints."""
        done = subprocess.run(
            [program(), *arguments], env=self.environment, input=stdin, text=True, capture_output=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *arguments):
        with contextlib.closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [program(), "serve", "--listen", f"127.0.0.1:{port}", "--api-flow-limit", "0", *arguments],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5)
                return self
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()

    def key(self, *arguments):
        """A new access key: `--member LOGIN`, `--partner NAME`."""
        return Key(**json.loads(self.run("key", "create", "--json", *arguments)))

    def client(self, key, with_domain=False):
        """The SDK's client, by its endpoint alone."""
        credentials = GlobalCredentials(key.access_key, key.secret_key, key.domain_id if with_domain else None)
        return BssClient.new_builder().with_credentials(credentials).with_endpoint(self.url).build()


@pytest.fixture(scope="session")
def server():
    """The server with the demo partner. Tests of a session share it: leave it so that others are right."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        server.run("demo")
        # A second partner, so that a foreign key exists.
        server.run("init", "--partner", "另一伙伴", "--admin", "other.admin", "--password-stdin", stdin="a long pass phrase 1\n")
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def admin_key(server):
    return server.key("--member", "admin@demo")


@pytest.fixture(scope="session")
def manager_key(server):
    """Of the account manager li.wei@demo, who sees own customers only."""
    return server.key("--member", "li.wei@demo")


@pytest.fixture(scope="session")
def other_key(server):
    """Of another partner's administrator."""
    return server.key("--member", "other.admin")


@pytest.fixture(scope="session")
def admin(server, admin_key):
    return server.client(admin_key)


@pytest.fixture(scope="session")
def manager(server, manager_key):
    return server.client(manager_key)


@pytest.fixture(scope="session")
def other(server, other_key):
    return server.client(other_key)


@pytest.fixture
def refused():
    """`with refused(403, "CBC.0155"): …`: the SDK raises just that, with a request id."""

    @contextlib.contextmanager
    def check(status, *codes):
        with pytest.raises(ServiceResponseException) as caught:
            yield caught
        error = caught.value
        assert (error.status_code, error.error_code in codes) == (status, True), error
        assert error.request_id and error.error_msg

    return check
