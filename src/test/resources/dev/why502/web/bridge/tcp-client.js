// The official client over TCP: node tcp-client.js PORT [TOKEN]. Says what it met, a line each.
const EventBus = require("vertx3-tcp-eventbus-client/lib/tcp-vertx-eventbus.js");

const [port, token] = process.argv.slice(2);
const say = (what, value) => console.log(what + " " + JSON.stringify(value));
const bus = new EventBus("127.0.0.1", Number(port), { vertxbus_ping_interval: 200 });

if (token) {
  bus.defaultHeaders = { Authorization: "Bearer " + token };
}
// It calls this with an empty value when it has connected, and has no handler for a pong.
bus.onerror = (error) => error && say("error", error);
console.warn = (text, frame) => frame.type === "pong" || say("unexpected", frame);
bus.onclose = () => {
  say("closed", {});
  process.exit(0);
};
bus.onopen = () => {
  say("open", "tcp");
  let first = true;
  bus.registerHandler("why502.verdicts", (error, message) => {
    say("news", error ?? { probe: message.body.probe, seq: message.body.seq });
    if (first) {
      first = false;
      bus.publish("why502.verdicts", { state: "up" });
      bus.send("why502.query.verdicts", { limit: "many" }, (refused) => {
        say("refused", refused);
        say("done", true);
      });
    }
  });
  bus.send("why502.query.verdicts", {}, (error, message) => {
    say("reply", error ?? message.body.verdicts.map((verdict) => verdict.probe));
  });
};
process.stdin.on("end", () => bus.transport.end()).resume();
