// Sends pushes with apns2: one JSON object in, one JSON line out for each push.
import fs from 'node:fs';
import { createRequire } from 'node:module';
const require = createRequire(process.env.SENDERS + '/');
const { ApnsClient, Notification } = require('apns2');
const { Pool } = createRequire(require.resolve('apns2'))('undici');

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
// A clock that is late makes a token that is old.
const now = Date.now;
Date.now = () => now() - asked.late_by_s * 1000;
const client = new ApnsClient({ team: asked.team_id, keyId: asked.key_id, signingKey: asked.key, defaultTopic: asked.topic, host: asked.host });
// It always asks for port 443; its own pool, with its own settings, is led to another one.
await client.client.close();
client.client = new Pool(`https://${asked.host}:${asked.port}`, {
  connections: 32,
  pipelining: 1,
  allowH2: true,
  maxConcurrentStreams: 100,
  connect: { ca: fs.readFileSync(asked.ca) },
  headersTimeout: 5_000,
});
const one = async () => {
  const { aps, ...data } = asked.payload;
  const push = new Notification(asked.device_token, { type: asked.push_type, topic: asked.topic, expiration: 0, aps, data });
  const answer = await client.send(push).then(
    () => ({ status: 200, reason: null }),
    (error) => ({ status: error.statusCode ?? 0, reason: error.reason ?? error.message, timestamp: error.response?.timestamp ?? null }),
  );
  console.log(JSON.stringify(answer));
};
if (asked.at_once) {
  await Promise.all(Array.from({ length: asked.count }, one));
} else {
  for (let count = 0; count < asked.count; count += 1) {
    await one();
    await new Promise((done) => setTimeout(done, asked.pause_ms));
  }
}
await client.destroy();
