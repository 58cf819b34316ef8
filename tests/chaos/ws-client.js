// SPDX-License-Identifier: GPL-3.0-or-later
// An independent follower on npm's ws: node ws-client.js URL TOKEN LAST-SEQ; prints what it applied as one JSON line.
const WebSocket = require('ws');
const [url, token, last] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const socket = new WebSocket(url, ['hostline.v1'], { headers: { Authorization: `Bearer ${token}` } });
let seq = 0, events = 0, pos = null, said = false;
socket.on('open', () => {
  if (socket.extensions) fail(`extensions were agreed: ${socket.extensions}`);
  socket.send(JSON.stringify({ t: 'hello', device: 'ws', app: 'ws/1', language: 'en', pos: null, unsent: 0 }));
});
function fail (why) { console.error(why); process.exit(1); }
socket.on('message', (data, binary) => {
  if (binary) fail('a binary message');
  const frame = JSON.parse(data);
  if (frame.t === 'snapshot') {
    if (frame.part === frame.parts) { pos = frame.pos; seq = pos.seq; }
    socket.send(JSON.stringify({ t: 'ack', seq: frame.pos.seq, part: frame.part }));
  } else if (frame.t === 'events') {
    for (const e of frame.events) {
      if (e.seq !== seq + 1) fail(`a hole: ${seq} and then ${e.seq}`);
      seq = e.seq; events++;
    }
    pos = frame.pos;
    socket.send(JSON.stringify({ t: 'ack', seq }));
  }
  if (seq >= last && !said) {
    said = true; // what comes until the server has closed its side is nobody's
    console.log(JSON.stringify({ events, pos }));
    socket.close(1000);
  }
});
socket.on('close', code => process.exit(code === 1000 ? 0 : 2));
socket.on('error', e => fail(e.message));
