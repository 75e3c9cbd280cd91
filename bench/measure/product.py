"""Our release build: its command line, its server, and how a program signs in to it.

What depends on addresses and forms of the product is in this file only.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.parse
import uuid

from . import machine

PASSWORD = "bench-pass-phrase-1"
ADMINISTRATOR = "bench.admin"
MANAGERS = 20
# Where to sign in: the form of /login posts here.
SIGN_IN = "/_fn/sign_in"
DASHBOARD, GROUPS, CUSTOMERS = "/_fn/get_dashboard", "/_fn/get_consumption_groups", "/_fn/get_customer_dashboard"
ASSIGN = "/_fn/assign_customers"
DASHBOARD_PAGE = "/sales/dashboards/consumption"
HOST = "127.0.0.1"
FOREVER = "9999-12-31"


class Product:
    """The release build, with a database for each size of bill."""

    def __init__(self, root, work):
        self.program = root / "target" / "release" / "partner-center"
        if not self.program.exists():
            raise SystemExit("target/release/partner-center is missing: run `make build`, or bench/run --peers-only")
        self.root, self.work = root, work
        self.folder = self.database = self.server = self.port = None

    def choose(self, name):
        """Uses the database of that name from now on."""
        self.stop()
        self.folder = self.work / f"product-{name}"
        self.database = self.folder / "bench.db"

    def command(self, *arguments, password=None):
        """Runs the command line: (seconds, MiB, output)."""
        options = {"env": self.environment(), "stderr": subprocess.DEVNULL}
        if password is None:
            return machine.run([self.program, *arguments], stdin=subprocess.DEVNULL, **options)
        read, write = os.pipe()
        os.write(write, f"{password}\n".encode())
        os.close(write)
        try:
            return machine.run([self.program, *arguments], stdin=read, **options)
        finally:
            os.close(read)

    def url(self):
        """The database as a setting."""
        return f"sqlite://{self.database}"

    def environment(self):
        """The settings of every call."""
        return {**os.environ, "DATABASE_URL": self.url(), "PARTNER_CENTER_LOG": "warn"}

    def fresh(self):
        """An empty database with a partner and its administrator."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.command("init", "--partner", "Bench", "--admin", ADMINISTRATOR, "--password-stdin", password=PASSWORD)

    def import_bill(self, bill):
        """Imports a bill: (seconds, MiB, rows imported)."""
        seconds, memory, output = self.command("import", "--json", bill)
        return seconds, memory, json.loads(output.splitlines()[0])["rows"]["imported"]

    def built(self):
        """Tells builds apart."""
        there = self.program.stat()
        return f"{there.st_mtime_ns} {there.st_size}"

    def imported(self, bill):
        """Notes that the database holds this bill, imported by this build, and nothing else."""
        (self.folder / "holds.json").write_text(json.dumps({"built": self.built(), "bill": bill.name}))

    def holds(self):
        """What was noted of the database."""
        try:
            noted = json.loads((self.folder / "holds.json").read_text())
        except (OSError, ValueError):
            return {}
        return noted if noted.get("built") == self.built() else {}

    def prepare(self, name, bill):
        """Chooses a database that holds the bill, account managers and their assignments, and makes what is missing of it. Answers
        the managers' logins and the intervals (account, manager id, from, until)."""
        self.choose(name)
        noted = self.holds()
        if noted.get("bill") != bill.name:
            machine.progress(f"importing {bill.name} …")
            self.fresh()
            self.import_bill(bill)
            self.imported(bill)
            noted = self.holds()
        if "intervals" not in noted:
            machine.progress("adding account managers …")
            logins = self.add_managers(MANAGERS)
            accounts = [row[0] for row in self.sql("select account_id from customer order by account_id;")]
            noted.update(logins=logins, intervals=self.assign(intervals_of(accounts, logins)))
            (self.folder / "holds.json").write_text(json.dumps(noted))
        return noted["logins"], [tuple(interval) for interval in noted["intervals"]]

    def copy(self, name):
        """Chooses a copy of the database in use."""
        source = self.folder
        self.choose(name)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(source, self.folder)

    def remove(self):
        """Removes the database in use."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, script):
        """Runs a script with the sqlite3 program; to write, no server may run. Answers the rows, cells separated by |."""
        command = ["sqlite3", "-bail", "-cmd", ".timeout 10000", str(self.database)]
        answer = subprocess.run(command, input=script, capture_output=True, text=True, check=True)
        return [line.split("|") for line in answer.stdout.splitlines()]

    def members(self):
        """The id of each sign-in name."""
        return dict(self.sql("select login, id from member;"))

    def add_managers(self, count):
        """Adds account managers who need not change their password: their logins."""
        logins = logins_of(count)
        for login in logins:
            self.command("member", "add", login, "--role", "account_manager", "--name", f"Manager {login[-2:]}",
                         "--password-stdin", "--keep-password", password=PASSWORD)
        return logins

    def assign(self, intervals):
        """Writes assignments (account, login, from day, until day) into the database. Answers (account, manager id, from,
        until) for every interval."""
        managers = self.members()
        written = [(account, managers[login], start, end) for account, login, start, end in intervals]
        rows = ["begin;"]
        for account, manager, start, end in written:
            rows.append(
                "insert into assignment (id, partner_id, customer_no, manager_id, from_day, until_day, assigned_by, assigned_at) "
                f"select '{uuid.uuid4()}', partner_id, no, '{manager}', '{start}', '{end}', '{manager}', "
                f"'{start}T00:00:00.000000Z' from customer where account_id = '{account}';")
        rows.append("commit;")
        self.sql("\n".join(rows))
        return written

    def start(self):
        """Starts the server on a free port and waits until it answers."""
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        with open(self.work / "server.log", "ab") as log:
            self.server = subprocess.Popen([str(self.program), "serve", "--listen", f"{HOST}:{self.port}"], cwd=self.root,
                                           env=self.environment(), stdout=log, stderr=log)
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
                connection.request("GET", "/login")
                connection.getresponse().read()
                return
            except OSError:
                if self.server.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit("the server does not answer: see target/bench/server.log")

    def stop(self):
        """Ends the server."""
        machine.end(self.server)
        self.server = None

    def origin(self):
        """Where the server is."""
        return f"http://{HOST}:{self.port}"


def logins_of(count):
    """Sign-in names of so many account managers."""
    return [f"bench.manager.{number:02d}" for number in range(count)]


def intervals_of(accounts, names):
    """Deterministic assignments: most customers stay, some move in the middle of a month, some are nobody's, some were taken
    back."""
    intervals = []
    for number, account in enumerate(accounts):
        manager, following = names[number % len(names)], names[(number + 1) % len(names)]
        if number % 25 == 7:
            continue
        if number % 40 == 5:
            intervals.append((account, manager, "2026-03-10", "2026-08-20"))
        elif number % 10 == 3:
            day = f"2026-06-{15 + number % 7:02d}"
            intervals += [(account, manager, "2026-01-01", day), (account, following, day, FOREVER)]
        else:
            intervals.append((account, manager, "2026-01-01", FOREVER))
    return intervals


def address(path, **arguments):
    """A server function's GET address: the fields of each argument as `query[from]=2026-05`."""
    pairs = [(f"{argument}[{field}]", value) for argument, fields in arguments.items() for field, value in fields.items()]
    return path + "?" + urllib.parse.urlencode(pairs, safe="[]")


class Session:
    """A signed-in member on one connection that stays open."""

    def __init__(self, product, login):
        self.connection = http.client.HTTPConnection(HOST, product.port, timeout=60)
        self.written_from = {"Origin": product.origin(), "Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        form = urllib.parse.urlencode({"login": login, "password": PASSWORD, "next": ""})
        status, headers, body = self.request("POST", SIGN_IN, form, {
            "Content-Type": "application/x-www-form-urlencoded", **self.written_from})
        cookies = [value.split(";", 1)[0] for name, value in headers if name.lower() == "set-cookie"]
        if status >= 400 or not cookies:
            raise SystemExit(f"{login} cannot sign in: {status} {body[:300]!r}")
        self.cookie = "; ".join(cookies)

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body) of an answer."""
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def get(self, path):
        """The body of an answer that is there, uncompressed."""
        status, _, body = self.request("GET", path, None, {"Cookie": self.cookie, "Accept": "application/json"})
        if status != 200:
            raise SystemExit(f"{path}: {status} {body[:300]!r}")
        return body
