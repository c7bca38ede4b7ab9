// The official client over SockJS: node sockjs-client.js URL TRANSPORT. Says what it met, a line each.
global.SockJS = require("sockjs-client");
const EventBus = require("@vertx/eventbus-bridge-client.js");

const [url, transport] = process.argv.slice(2);
const say = (what, value) => console.log(what + " " + JSON.stringify(value));
const bus = new EventBus(url, { transports: [transport], vertxbus_ping_interval: 200 });

bus.onerror = (error) => say("error", error);
bus.onclose = (event) => {
  say("closed", { code: event.code, reason: event.reason });
  process.exit(0);
};
bus.onopen = () => {
  say("open", bus.sockJSConn.transport);
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
process.stdin.on("end", () => bus.close()).resume();
