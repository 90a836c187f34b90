// Sends pushes with @parse/node-apn: one JSON object in, one JSON line out for each push.
import fs from 'node:fs';
import { createRequire } from 'node:module';
const { Provider, Notification } = createRequire(process.env.SENDERS + '/')('@parse/node-apn');

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
// A clock that is late makes a token that is old.
const now = Date.now;
Date.now = () => now() - asked.late_by_s * 1000;
const provider = new Provider({
  token: { key: asked.key, keyId: asked.key_id, teamId: asked.team_id },
  address: asked.host,
  port: asked.port,
  ca: fs.readFileSync(asked.ca),
  production: false,
  requestTimeout: 5_000,
});
const one = async () => {
  const push = new Notification();
  push.rawPayload = asked.payload;
  push.topic = asked.topic;
  push.pushType = asked.push_type;
  push.priority = 10;
  push.expiry = 0;
  const { sent, failed } = await provider.send(push, asked.device_token);
  const [failure] = failed;
  const status = sent.length ? 200 : Number(failure.status ?? 0);
  const reason = failure?.response?.reason ?? failure?.error?.message ?? null;
  console.log(JSON.stringify({ status, reason, timestamp: failure?.response?.timestamp ?? null }));
};
if (asked.at_once) {
  await Promise.all(Array.from({ length: asked.count }, one));
} else {
  for (let count = 0; count < asked.count; count += 1) {
    await one();
    await new Promise((done) => setTimeout(done, asked.pause_ms));
  }
}
await provider.shutdown();
