// A relay as one would write it around @parse/node-apn: HTTP/1.1 in, the library out.
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

const wishes = JSON.parse(process.argv[2]);
const { Provider, Notification } = createRequire(wishes.senders + '/')('@parse/node-apn');
const provider = new Provider({
  token: { key: wishes.key, keyId: wishes.key_id, teamId: wishes.team_id },
  address: 'localhost',
  port: wishes.upstream,
  ca: fs.readFileSync(wishes.ca),
  production: false,
});
http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', async () => {
    const push = new Notification();
    push.rawPayload = JSON.parse(Buffer.concat(pieces));
    push.topic = request.headers['apns-topic'];
    push.pushType = request.headers['apns-push-type'];
    const { sent, failed } = await provider.send(push, request.url.split('/').pop());
    response.writeHead(sent.length ? 200 : Number(failed[0].status) || 502).end(JSON.stringify(failed[0]?.response ?? ''));
  });
}).listen(wishes.port, '127.0.0.1');
