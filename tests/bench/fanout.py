#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one delivery costs the network layer with 1,000 and with 5,000 connected: the ratio has to be near 1.

    tests/bench/fanout.py [--build DIR] [--rounds N] [--seconds N]

Starts tests/server/net/echo-server and bench-fanout (loopback only), in turns, and prints medians. Exit 1 if the
5,000 cost more than 1.15 times the 1,000, or something was lost.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 1.15


def measure(build, idle, seconds, more=()):
    server = subprocess.Popen([os.path.join(build, 'tests', 'server', 'net', 'echo-server'), '--listen', '127.0.0.1:0'],
                              stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().rsplit(':', 1)[1].strip()
        bench = subprocess.run([os.path.join(build, 'tests', 'bench', 'bench-fanout'), '--port', port, '--pid',
                                str(server.pid), '--idle', str(idle), '--seconds', str(seconds), *more],
                               stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(bench.stdout)
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def median(rows, name):
    return statistics.median(row[name] for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--build', default=os.environ.get('HOSTLINE_BUILD_DIR', os.path.join(HERE, '..', '..', 'build')))
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--seconds', type=int, default=5)
    options = parser.parse_args()

    sizes = {1000: [], 5000: []}
    for turn in range(options.rounds):
        for connected, rows in sizes.items():
            row = measure(options.build, connected - 1000, options.seconds)
            rows.append(row)
            print(f'round {turn + 1}: {connected} connected: {row["cpu_us_delivery"]:.2f} us a delivery, '
                  f'{row["cpu_ms_event"]:.3f} ms an event, p50 {row["p50_ms"]:.2f} ms, p99 {row["p99_ms"]:.2f} ms, '
                  f'{row["anon_kib_connection"]:.2f} KiB a connection, {row["missing"]} missing', flush=True)
    ratio = median(sizes[5000], 'cpu_us_delivery') / median(sizes[1000], 'cpu_us_delivery')
    missing = sum(row['missing'] for rows in sizes.values() for row in rows)
    burst = measure(options.build, 0, options.seconds, ('--rate', '3200', '--burst', '16'))
    print(f'medians: {median(sizes[1000], "cpu_us_delivery"):.2f} us with 1,000, '
          f'{median(sizes[5000], "cpu_us_delivery"):.2f} us with 5,000 connected; ratio {ratio:.2f} (at most {LIMIT})')
    print(f'memory of an idle connection: {median(sizes[5000], "anon_kib_connection"):.2f} KiB anonymous')
    print(f'bursts of 16 for a room: {burst["cpu_us_delivery"]:.2f} us a delivery, p99 {burst["p99_ms"]:.2f} ms')
    if missing:
        print(f'{missing} deliveries are missing')
    sys.exit(1 if ratio > LIMIT or missing else 0)


if __name__ == '__main__':
    main()
