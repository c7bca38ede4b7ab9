"""An idle page: one WebSocket that has registered for verdicts and health. Each health message is also when CPU is read, so
that runs and CPU are of the same span. Lateness is sampled after that span, for watching each observation costs.

viewer.py URL PID WARM-SECONDS SECONDS prints: probes, CPU seconds for 1,000, lateness p99 and greatest (ms), RSS (MB), runs
that did not go as expected, foreign load (processors)."""
import base64, json, os, socket, struct, sys, time
from urllib.parse import urlsplit

from process import busy_seconds, cpu_seconds, named, resident_mb

SAMPLE_SECONDS = 6


class Viewer:
    def __init__(self, url):
        where = urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port), 10)
        self.socket.settimeout(15)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET /eventbus/websocket HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise SystemExit(head.decode())

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("the viewer was closed")
        self.buffer += data

    def take(self, length):
        while len(self.buffer) < length:
            self.more()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def send(self, message, opcode=1):
        body, mask = message if isinstance(message, bytes) else json.dumps(message).encode(), os.urandom(4)
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(body)]) + mask
                            + bytes(one ^ mask[i % 4] for i, one in enumerate(body)))

    def next(self):
        """The next message of the bridge, which has text frames only and none in parts."""
        while True:
            first, second = self.take(2)
            length = second & 0x7F
            if length == 126:
                length = struct.unpack(">H", self.take(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.take(8))[0]
            body, opcode = self.take(length), first & 0x0F
            if opcode == 9:
                self.send(body, 10)
            elif opcode == 8:
                raise SystemExit("the viewer was told to go")
            elif opcode in (1, 2):
                return json.loads(body)


def main(url, pid, warm, seconds):
    viewer = Viewer(url)
    for address in ("why502.verdicts", "why502.health"):
        viewer.send({"type": "register", "address": address})
    begin = time.monotonic()
    marks = []
    while not marks or marks[-1][0] - marks[0][0] < seconds - 1:
        message = viewer.next()
        if message.get("type") == "ping" or message.get("address") != "why502.health":
            continue
        now = time.monotonic()
        if now - begin >= warm:
            marks.append((now, cpu_seconds(pid), busy_seconds(), cpu_seconds("self") + named("nginx"), message["body"]))
    ran = sum(mark[4]["ran"] for mark in marks[1:])
    greatest = max(mark[4]["lateMillis"] for mark in marks[1:])
    cpu = marks[-1][1] - marks[0][1]
    foreign = marks[-1][2] - marks[0][2] - cpu - (marks[-1][3] - marks[0][3])
    resident = resident_mb(pid)
    viewer.send({"type": "register", "address": "why502.observations"})
    late, failed, end = [], 0, time.monotonic() + SAMPLE_SECONDS
    while time.monotonic() < end:
        message = viewer.next()
        if message.get("address") == "why502.observations":
            late.append(message["body"]["lateMillis"])
            failed += message["body"]["outcome"] != "expected"
    late.sort()
    p99 = late[int(len(late) * 0.99)] if late else float("nan")
    print(ran, f"{cpu / ran * 1000:.3f}", f"{p99:.1f}", f"{greatest:.1f}", f"{resident:.0f}", failed,
          f"{foreign / (marks[-1][0] - marks[0][0]):.2f}")


main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
