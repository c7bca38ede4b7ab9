"""Scrapes /probe of blackbox_exporter at a fixed rate over connections that are kept, as Prometheus does, every 10 ms as many
as are due. Only the exporter's own CPU is counted.

pace.py PORT TARGET-PREFIX TARGETS RATE PID WARM-SECONDS SECONDS prints the columns that viewer.py prints."""
import re, selectors, socket, sys, time

from process import busy_seconds, cpu_seconds, named, resident_mb

TICK = 0.010
MOST_CONNECTIONS = 256
LONGEST_BACKLOG_SECONDS = 5


class Scraper:
    def __init__(self, port, prefix, targets, selector):
        self.port, self.prefix, self.targets, self.selector = port, prefix, targets, selector
        self.idle, self.made, self.sent, self.done, self.failed, self.late = [], 0, 0, 0, 0, []
        self.buffers = {}

    def scrape(self, planned):
        """False when every connection is busy."""
        if not self.idle and self.made == MOST_CONNECTIONS:
            return False
        if self.idle:
            line = self.idle.pop()
        else:
            line = socket.create_connection(("127.0.0.1", self.port), 5)
            line.setblocking(False)
            self.selector.register(line, selectors.EVENT_READ)
            self.made += 1
        target = f"{self.prefix}{self.sent % self.targets}"
        line.send(f"GET /probe?module=http&target={target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        self.buffers[line] = b""
        self.sent += 1
        self.late.append((time.monotonic() - planned) * 1000)
        return True

    def read(self, line):
        data = line.recv(65536)
        if not data:
            raise SystemExit("the exporter closed a connection")
        buffer = self.buffers[line] = self.buffers[line] + data
        head, found, body = buffer.partition(b"\r\n\r\n")
        if not found:
            return
        if b"\nContent-Length: " in head:
            whole = len(body) >= int(head.split(b"\nContent-Length: ")[1].split(b"\r")[0])
        else:
            whole = body.endswith(b"0\r\n\r\n")
        if whole:
            self.done += 1
            # A line may lie in two chunks.
            self.failed += b"\nprobe_success 1" not in body and b"\nprobe_success 1" not in re.sub(
                rb"\r\n[0-9a-f]{1,4}\r\n", b"", body)
            self.idle.append(line)


def main(port, prefix, targets, rate, pid, warm, seconds):
    selector = selectors.DefaultSelector()
    scraper = Scraper(port, prefix, targets, selector)

    def mark():
        return (time.monotonic(), cpu_seconds(pid), busy_seconds(), cpu_seconds("self") + named("nginx"),
                scraper.done, scraper.failed)

    begin, planned, first = time.monotonic(), 0, None
    while True:
        now = time.monotonic()
        if first is None and now - begin >= warm:
            first, scraper.late = mark(), []
        if now - begin >= warm + seconds:
            break
        while planned < (now - begin) * rate and scraper.scrape(begin + planned / rate):
            planned += 1
        if (now - begin) - planned / rate > LONGEST_BACKLOG_SECONDS:
            raise SystemExit("the exporter does not keep up with the rate")
        until = now + TICK
        while now < until:
            for key, _ in selector.select(until - now):
                scraper.read(key.fileobj)
            now = time.monotonic()
    last = mark()
    done, cpu = last[4] - first[4], last[1] - first[1]
    foreign = last[2] - first[2] - cpu - (last[3] - first[3])
    late = sorted(scraper.late)
    print(done, f"{cpu / done * 1000:.3f}", f"{late[int(len(late) * 0.99)]:.1f}", f"{late[-1]:.1f}",
          f"{resident_mb(pid):.0f}", last[5] - first[5], f"{foreign / (last[0] - first[0]):.2f}")


main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5], float(sys.argv[6]), float(sys.argv[7]))
