# SPDX-License-Identifier: GPL-3.0-or-later
"""The write-ahead log: moved into the file by the running server, and loud when somebody keeps it from that."""

import os
import sqlite3

import hostline
import tap

LOCATION = 'ocean-ave'
CONFIG = '[timers]\ncheckpoint-s=1\n[limits]\nwal-alarm-mib=1\n'


def wal_bytes(server):
    return os.stat(os.path.join(server.data_dir, 'hostline.db-wal')).st_size


def publish(server, token, n, size=2000):
    server.publish(LOCATION, token, [{'kind': 'call_started', 'data': {'call_id': f'c{n}-{i}', 'summary': 'x' * size}} for i in range(100)])


def test_moved_by_the_clock(t):
    """an hour of the boot clock, here a second"""
    with hostline.Server(config=CONFIG) as server:
        server.add_location(LOCATION)
        publisher, monitor = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'monitor')
        for n in range(3):
            publish(server, publisher, n)
            hostline.wait_for(lambda: wal_bytes(server) == 0, hostline.slow(20), 'an empty write-ahead log')
        metrics = server.metrics(monitor)
        t.check(metrics['hostline_checkpoints_total{result="ok"}'] >= 1, 'it is counted')
        t.equal(metrics['hostline_wal_bytes'], 0, 'and measured')
        t.equal(server.get('/healthz').json(), {'status': 'ok'}, 'nothing to note')
        server.config = '[timers]\ncheckpoint-s=3600\n'
        with open(os.path.join(server.root, 'hostlined.conf'), 'w') as file:
            file.write(server.config)
        server.ctl('reload')
        hostline.wait_for(lambda: publish(server, publisher, 9) or wal_bytes(server) > 0, hostline.slow(20), 'what is new in the write-ahead log')


def test_reader_without_end(t):
    """a program that reads for ever is told of, and forgotten when it ends"""
    with hostline.Server(config=CONFIG) as server:
        server.add_location(LOCATION)
        publisher, monitor = server.add_token(LOCATION, 'publisher'), server.add_token(LOCATION, 'monitor')
        publish(server, publisher, 0)
        reader = sqlite3.connect(os.path.join(server.data_dir, 'hostline.db'), isolation_level=None)
        reader.execute('BEGIN')
        reader.execute('SELECT count(*) FROM event').fetchone()
        n = 0
        while wal_bytes(server) < 2 * 1024 * 1024:
            n += 1
            publish(server, publisher, n, 3900)
        hostline.wait_for(lambda: server.get('/healthz').json().get('notes') == ['wal_large'], hostline.slow(20), 'the note')
        metrics = server.metrics(monitor)
        t.check(metrics['hostline_wal_bytes'] > 1024 * 1024, 'the metric shows its size')
        t.equal(metrics['hostline_wal_alarms_total'], 1, 'one alarm')
        t.check(metrics['hostline_checkpoints_total{result="busy"}'] >= 1, 'it was tried')
        t.check('write-ahead log grows' in server.log_text(), 'the log says so')
        publish(server, publisher, n + 1)
        t.equal(server.get('/readyz').status, 200, 'it goes on meanwhile')
        reader.close()
        hostline.wait_for(lambda: server.get('/healthz').json() == {'status': 'ok'}, hostline.slow(20), 'no note')
        hostline.wait_for(lambda: wal_bytes(server) == 0, hostline.slow(20), 'an empty write-ahead log')
        t.check('small again' in server.log_text(), 'the log says so')


if __name__ == '__main__':
    tap.main()
