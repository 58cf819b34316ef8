# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of two that can be cut without a word: a namespace behind a pair of virtual Ethernet devices."""

import ctypes
import os
import socket
import subprocess
import threading

import tap

CLONE_NEWNET = 0x40000000


class Island:
    """`host` is this side's address, for a server to listen at. `socket()` gives a socket that lives on the other side.
    `cut()` lets every packet of the other side vanish from then on, acknowledgements too, with no reset and no end."""

    count = 0

    def __init__(self):
        Island.count += 1
        self.name = f'hl-{os.getpid()}-{Island.count}'
        number = (os.getpid() * 4 + Island.count) % 16000
        network = f'10.{213 + number // 8000}.{number // 64 % 125 + 100}.{number % 64 * 4}'
        base, last = network.rsplit('.', 1)
        self.host, self.there = f'{base}.{int(last) + 1}', f'{base}.{int(last) + 2}'
        self.device = f'hl{os.getpid() % 1000000}{Island.count % 10}'
        try:
            self._ip('netns', 'add', self.name)
            self._ip('link', 'add', self.device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', self.name)
            self._ip('addr', 'add', f'{self.host}/30', 'dev', self.device)
            self._ip('link', 'set', self.device, 'up')
            self._ip('-n', self.name, 'addr', 'add', f'{self.there}/30', 'dev', 'eth0')
            self._ip('-n', self.name, 'link', 'set', 'eth0', 'up')
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            raise tap.Skip(f'no network namespace can be made here: {error}') from None

    @staticmethod
    def _ip(*arguments):
        subprocess.run(['ip', *arguments], check=True, capture_output=True, text=True)

    def socket(self):
        made, failed = [], []

        def make():  # a namespace is a thread's, a socket keeps that of its birth
            fd = os.open(f'/run/netns/{self.name}', os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(fd, CLONE_NEWNET) != 0:
                    failed.append(OSError(ctypes.get_errno(), 'setns'))
                else:
                    made.append(socket.socket())
            finally:
                os.close(fd)

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return made[0]

    def cut(self):
        # both ends stay up and answer ARP: nobody is told
        self._ip('-n', self.name, 'route', 'add', 'blackhole', self.host)

    def close(self):
        for arguments in (('link', 'del', self.device), ('netns', 'del', self.name)):
            try:
                subprocess.run(['ip', *arguments], capture_output=True)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()
