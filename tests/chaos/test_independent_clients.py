# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that share no line with ours follow a location: python3-websockets and npm's ws."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import threading

import checker
import hostline
import tap


def publish_in_background(server, token, first, count):
    def run():
        for i in range(first, first + count):
            server.publish('ocean-ave', token, checker.call_started(f'c{i}'))
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_python_websockets_follows(t):
    try:
        import websockets
    except ImportError:
        t.skip('python3-websockets is not installed')
    with hostline.Server() as server:
        server.add_location()
        publisher, staff = server.add_token(role='publisher'), server.add_token(role='staff')
        server.publish('ocean-ave', publisher, [checker.call_started(f'c{i}') for i in range(100)])

        async def follow():
            url = f'ws://127.0.0.1:{server.port}/v1/locations/ocean-ave/live'
            seq, events = 0, 0
            async with websockets.connect(url, subprotocols=['hostline.v1'], max_size=1 << 20,
                                          extra_headers={'Authorization': f'Bearer {staff}'}) as socket:
                assert socket.subprotocol == 'hostline.v1'
                assert not socket.extensions, 'no extension may be agreed'
                await socket.send(json.dumps({'t': 'hello', 'device': 'py', 'app': 'py/1', 'language': 'en', 'pos': None,
                                              'unsent': 0}))
                thread = None
                while seq < 300:
                    frame = json.loads(await asyncio.wait_for(socket.recv(), hostline.slow(30)))
                    if frame['t'] == 'snapshot':
                        await socket.send(json.dumps({'t': 'ack', 'seq': frame['pos']['seq'], 'part': frame['part']}))
                        if frame['part'] == frame['parts']:
                            seq = frame['pos']['seq']
                            thread = publish_in_background(server, publisher, 100, 200)
                    elif frame['t'] == 'events':
                        for event in frame['events']:
                            assert event['seq'] == seq + 1, 'a hole'
                            seq, events = event['seq'], events + 1
                        await socket.send(json.dumps({'t': 'ack', 'seq': seq}))
                pong = await socket.ping()
                await asyncio.wait_for(pong, hostline.slow(30))
                await socket.send(json.dumps({'t': 'ping', 'n': 1, 'seq': seq, 'unsent': 0, 'rtt': 1}))
                while True:
                    frame = json.loads(await asyncio.wait_for(socket.recv(), hostline.slow(30)))
                    if frame['t'] == 'pong':
                        break
                assert frame['head'] == 300
                thread.join(30)
            return events, socket.close_code

        events, code = asyncio.run(follow())
        t.equal(events, 200, 'every event after the snapshot')
        t.equal(code, 1000, 'the close handshake ends clean')


def find_ws():
    """NODE_PATH that has ws: Debian's, an earlier one of ours, or one that npm brings."""
    node = shutil.which('node')
    if node is None:
        raise tap.Skip('node is not installed')
    places = ['/usr/share/nodejs', '/usr/lib/node_modules',
              os.path.join(hostline.BUILD, 'tests', 'npm', 'node_modules')]
    for place in places:
        if os.path.isdir(os.path.join(place, 'ws')):
            return node, place
    npm = shutil.which('npm')
    if npm is None:
        raise tap.Skip('npm is not installed, and ws is not at hand')
    os.makedirs(os.path.dirname(places[-1]), exist_ok=True)
    try:
        done = subprocess.run([npm, 'install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix',
                               os.path.dirname(places[-1]), 'ws@8'], capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        raise tap.Skip('npm cannot fetch ws here: no answer in 60 s') from None
    if done.returncode != 0:
        raise tap.Skip('npm cannot fetch ws here: ' + (done.stderr.strip().splitlines() or ['?'])[-1])
    return node, places[-1]


def test_npm_ws_follows(t):
    node, path = find_ws()
    with hostline.Server() as server:
        server.add_location()
        publisher, staff = server.add_token(role='publisher'), server.add_token(role='staff')
        server.publish('ocean-ave', publisher, [checker.call_started(f'c{i}') for i in range(50)])
        with tempfile.TemporaryDirectory() as folder:
            script = shutil.copy(os.path.join(hostline.SOURCE, 'tests', 'chaos', 'ws-client.js'), folder)
            client = subprocess.Popen([node, script, f'ws://127.0.0.1:{server.port}/v1/locations/ocean-ave/live', staff, '250'],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                      env={**os.environ, 'NODE_PATH': path})
            thread = publish_in_background(server, publisher, 50, 200)
            out, err = client.communicate(timeout=hostline.slow(60))
            thread.join(30)
        t.equal(client.returncode, 0, 'ws ends clean ' + err.strip())
        if client.returncode == 0:
            t.equal(json.loads(out)['pos']['seq'], 250, 'ws stands at the head')


if __name__ == '__main__':
    tap.main()
