# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tests/server/net/echo-server (the network layer alone) for the tests beside it."""

import ctypes
import json
import os
import re
import resource
import signal
import ssl
import subprocess

import hostline
from websocket import WebSocket

PR_SET_PDEATHSIG = 1
HERE = os.path.dirname(os.path.abspath(__file__))
CERTIFICATE = os.path.join(HERE, 'test-certificate.pem')
KEY = os.path.join(HERE, 'test-key.pem')
PROGRAM = os.environ.get('ECHO_SERVER') or os.path.join(hostline.BUILD, 'tests', 'server', 'net', 'echo-server')


def tls_context():
    context = ssl.create_default_context(cafile=CERTIFICATE)
    return context


class EchoServer:
    """The server with a plain and a TLS port. `descriptors` limits its open files."""

    def __init__(self, *options, descriptors=None, pass_socket=None):
        def prepare():
            # The runner leaves without looking back: the server must not outlive it.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if descriptors:
                resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
            if pass_socket is not None:
                os.dup2(pass_socket, 3, inheritable=True)
        environment = dict(os.environ)
        command = [PROGRAM, '--listen', '127.0.0.1:0', '--listen-tls', '127.0.0.1:0', '--certificate', CERTIFICATE,
                   '--key', KEY, *options]
        if pass_socket is not None:
            # exec keeps the pid of the shell, which LISTEN_PID has to name
            command = ['/bin/sh', '-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', *command]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=prepare,
                                        env=environment, pass_fds=[3] if pass_socket is not None else [])
        self.host = '127.0.0.1'
        self.uris = []
        self.pin = self.process.stdout.readline().split()[1]
        while len(self.uris) < 2 + options.count('--listen') + (pass_socket is not None):
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError('echo-server did not start')
            self.uris.append(line.split()[1])
        self.port = self._port('http')
        self.tls_port = self._port('https')

    def _port(self, scheme):
        for uri in self.uris:
            found = re.fullmatch(scheme + r'://127\.0\.0\.1:(\d+)', uri)
            if found:
                return int(found.group(1))
        raise KeyError(scheme)

    def connect(self, path='/echo', tls=False, **how):
        how.setdefault('timeout', hostline.slow(10))
        return WebSocket.connect(self.host, self.tls_port if tls else self.port, path,
                                 ssl_context=tls_context() if tls else None, **how)

    def http(self, tls=False, timeout=10):
        return hostline.Connection(self.host, self.tls_port if tls else self.port, timeout=hostline.slow(timeout),
                                   ssl_context=tls_context() if tls else None)

    def get(self, path, **how):
        with self.http(**how) as connection:
            return connection.request('GET', path)

    def stats(self, trim=False):
        return json.loads(self.get('/stats?trim=1' if trim else '/stats').body)

    def stop(self):
        """Ends the server; gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(hostline.slow(10))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.process.returncode is None:
            self.stop()
