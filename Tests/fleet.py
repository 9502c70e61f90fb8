"""The metrics of many machines, made of one page of exectop's: /machine/N is that of the machine N.

    fleet.py PAGE MACHINES PATHS   prints its port

PAGE is what `exectop export --demo` serves. The samples by path are made anew, for PATHS paths and (other), as many of
each kind for a path as a busy machine has; all others are the page's. Counters grow with the time, on each machine in its
own way.
"""
import http.server
import random
import re
import sys
import time

page, machines, paths = open(sys.argv[1], encoding="utf-8").read(), int(sys.argv[2]), int(sys.argv[3])
began = time.time()
names = ["/usr/lib/programs/%s/program-%d" % ("abcdefgh"[n % 8] * (n % 5 + 1), n) for n in range(paths)] + ["(other)"]


def rates(machine):
    """What grows each second, by path: few are run often, many seldom."""
    source = random.Random(machine)
    return [source.paretovariate(1.2) * 0.05 for _ in names]


def body(machine):
    age = time.time() - began + 86400
    lines, done = [], set()
    speeds = rates(machine)
    for line in page.splitlines():
        family = re.match(r'(exectop_\w+)\{path="', line)
        if not family:
            lines.append(line)
        elif family[1] not in done:
            done.add(family[1])
            lines.extend(samples(family[1], speeds, age))
    return "\n".join(lines) + "\n"


def samples(family, speeds, age):
    for number, (name, speed) in enumerate(zip(names, speeds)):
        if family == "exectop_execs_total":
            yield '%s{path="%s"} %d' % (family, name, speed * age)
        elif family == "exectop_cpu_seconds_total":
            yield '%s{path="%s"} %.9f' % (family, name, speed * age * 0.004)
        elif family == "exectop_failed_execs_total" and number % 5 == 0:
            yield '%s{path="%s",errno="ENOENT"} %d' % (family, name, speed * age * 0.3)
        elif family == "exectop_process_errors_total" and number % 4 == 0:
            yield '%s{path="%s",kind="status"} %d' % (family, name, speed * age * 0.1)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        content = body(int(self.path.rsplit("/", 1)[1])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content)
        except ConnectionError:
            pass  # the scraper ends

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
