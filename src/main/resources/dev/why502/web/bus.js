// The event bus over a bare WebSocket: the protocol of the Vert.x bridge, and nothing but it.

const PING_MILLIS = 5000;
const REPLY_MILLIS = 15000;
const FIRST_RETRY_MILLIS = 500;
const LAST_RETRY_MILLIS = 10000;

export class Bus {
  #url;
  #handlers = new Map();
  #replies = new Map();
  #socket = null;
  #opened;
  #closed;
  #retryMillis = FIRST_RETRY_MILLIS;
  #counter = 0;

  /** opened() runs after each connection, closed(everOpened) after each loss. */
  constructor(url, opened, closed) {
    this.#url = url;
    this.#opened = opened;
    this.#closed = closed;
  }

  connect() {
    const socket = new WebSocket(this.#url());
    const decoder = new TextDecoder();
    let ping = 0;
    let ready = false;
    // Bridges send text or binary; both hold the same JSON.
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      ready = true;
      this.#socket = socket;
      this.#retryMillis = FIRST_RETRY_MILLIS;
      ping = setInterval(() => this.#write({ type: "ping" }), PING_MILLIS);
      for (const address of this.#handlers.keys()) {
        this.#write({ type: "register", address, headers: {} });
      }
      this.#opened();
    };
    socket.onmessage = (event) => {
      const text = typeof event.data === "string" ? event.data : decoder.decode(event.data);
      let frame;
      try {
        frame = JSON.parse(text);
      } catch {
        return;
      }
      this.#received(frame);
    };
    socket.onclose = () => {
      clearInterval(ping);
      if (this.#socket === socket) {
        this.#socket = null;
      }
      for (const reply of this.#replies.values()) {
        reply.refuse(new Error("the connection was lost"));
      }
      this.#replies.clear();
      this.#closed(ready);
      // Not all viewers at once when a service comes back.
      setTimeout(() => this.connect(), this.#retryMillis * (0.5 + Math.random()));
      this.#retryMillis = Math.min(LAST_RETRY_MILLIS, this.#retryMillis * 2);
    };
  }

  /** Ends the connection; the next one asks for the URL anew. */
  again() {
    if (this.#socket) {
      this.#socket.close();
    }
  }

  /** Registered again after each reconnect. */
  listen(address, handler) {
    this.#handlers.set(address, handler);
    this.#write({ type: "register", address, headers: {} });
  }

  ask(address, body) {
    return new Promise((fulfil, refuse) => {
      this.#counter += 1;
      const replyAddress = "page-" + this.#counter;
      const timer = setTimeout(() => {
        this.#replies.delete(replyAddress);
        refuse(new Error("no answer"));
      }, REPLY_MILLIS);
      this.#replies.set(replyAddress, {
        fulfil: (answer) => { clearTimeout(timer); fulfil(answer); },
        refuse: (error) => { clearTimeout(timer); refuse(error); },
      });
      this.#write({ type: "send", address, headers: {}, body, replyAddress });
    });
  }

  #received(frame) {
    const reply = this.#replies.get(frame.address);
    if (reply) {
      this.#replies.delete(frame.address);
      if (frame.type === "err") {
        reply.refuse(new Error(String(frame.message)));
      } else {
        reply.fulfil(frame.body);
      }
    } else if (frame.type === "rec" && this.#handlers.has(frame.address)) {
      this.#handlers.get(frame.address)(frame.body);
    }
  }

  #write(frame) {
    if (this.#socket && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }
}
