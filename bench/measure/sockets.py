"""A load generator: plain sockets that stay open, a thread each. The same for both sides of a comparison."""

import queue
import socket
import threading
import time

from .product import HOST


class Line:
    """A connection that is kept, and made anew where the server ended it."""

    def __init__(self, port):
        self.port, self.socket, self.rest = port, None, b""

    def ask(self, request):
        """(status, body) of a request that is ready as bytes."""
        if self.socket is None:
            self.socket, self.rest = socket.create_connection((HOST, self.port), timeout=60), b""
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket.sendall(request)
            return self.answer()
        except OSError:
            self.close()
            raise

    def answer(self):
        """Reads one answer to its end."""
        head = self.until(b"\r\n\r\n").decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        status = int(head[0].split(" ")[1])
        if "content-length" in fields:
            return status, self.exactly(int(fields["content-length"]))
        if fields.get("transfer-encoding") != "chunked":
            return status, b""
        parts = []
        while size := int(self.until(b"\r\n"), 16):
            parts.append(self.exactly(size))
            self.exactly(2)
        self.until(b"\r\n")
        return status, b"".join(parts)

    def until(self, mark):
        """What comes before the mark."""
        while mark not in self.rest:
            self.more()
        found, self.rest = self.rest.split(mark, 1)
        return found

    def exactly(self, size):
        """So many bytes."""
        while len(self.rest) < size:
            self.more()
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def more(self):
        received = self.socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server ended the connection")
        self.rest += received

    def close(self):
        """Ends the connection."""
        if self.socket:
            self.socket.close()
            self.socket = None


def get(path, cookie=""):
    """A GET as bytes."""
    fields = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: application/json\r\n{fields}\r\n".encode()


def post(path, body, cookie, fields):
    """A POST of JSON as bytes."""
    body = body.encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    head = (f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Cookie: {cookie}\r\n{more}\r\n")
    return head.encode() + body


def as_fast_as_possible(port, request, connections, seconds):
    """Requests a second over so many connections, each asking again once it was answered."""
    until, counts, faults = time.perf_counter() + seconds, [0] * connections, []

    def work(number):
        line = Line(port)
        try:
            while time.perf_counter() < until:
                status, _ = line.ask(request)
                if status != 200:
                    raise ConnectionError(f"status {status}")
                counts[number] += 1
        except (OSError, ValueError) as error:
            faults.append(str(error))
        finally:
            line.close()

    started = time.perf_counter()
    in_threads(work, connections)
    if faults:
        raise SystemExit(f"{len(faults)} connections failed: {faults[0]}")
    return sum(counts) / (time.perf_counter() - started)


class Steady:
    """Requests at a steady rate, whether or not earlier ones were answered. Times count from when a request was due."""

    def __init__(self, port, next_request, rate, connections):
        self.next_request, self.rate = next_request, rate
        self.due, self.ended = queue.SimpleQueue(), threading.Event()
        self.taken, self.faults = [], []
        self.threads = [threading.Thread(target=self.work, args=[port], daemon=True) for _ in range(connections)]
        self.threads.append(threading.Thread(target=self.schedule, args=[connections], daemon=True))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=90)

    def schedule(self, connections):
        """Says when each request is due."""
        at = time.perf_counter()
        while not self.ended.wait(max(0, at - time.perf_counter())):
            self.due.put((at, self.next_request()))
            at += 1 / self.rate
        for _ in range(connections):
            self.due.put(None)

    def work(self, port):
        """Asks what is due."""
        line = Line(port)
        while (due := self.due.get()) is not None:
            at, request = due
            try:
                status, body = line.ask(request)
                if status != 200:
                    self.faults.append(f"{status} {body[:200]!r}")
            except (OSError, ValueError) as error:
                self.faults.append(str(error))
            self.taken.append(time.perf_counter() - at)
        line.close()


def in_threads(work, count):
    """Runs `work(number)` so many times at once."""
    threads = [threading.Thread(target=work, args=[number], daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
