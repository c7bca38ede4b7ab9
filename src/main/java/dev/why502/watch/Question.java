package dev.why502.watch;

import dev.why502.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All pages of an answer, one after another. */
final class Question {
  /** A service of ours needs a quarter of that for its largest number of probes. */
  static final int MAX_PAGES = 10_000;

  private final Bridge bridge;
  private final String address;
  private final String list;
  private final @Nullable String probe;
  private final Consumer<Object> each;

  private Question(
      Bridge bridge, String address, String list, @Nullable String probe, Consumer<Object> each) {
    this.bridge = bridge;
    this.address = address;
    this.list = list;
    this.probe = probe;
    this.each = each;
  }

  /** What stands of all probes, or of one. */
  static Future<Void> verdicts(Bridge bridge, @Nullable String probe, Consumer<Object> each) {
    return new Question(bridge, Addresses.QUERY_VERDICTS, "verdicts", probe, each).page(null, 0);
  }

  static Future<Void> incidents(Bridge bridge, Consumer<Object> each) {
    return new Question(bridge, Addresses.QUERY_INCIDENTS, "incidents", null, each).page(null, 0);
  }

  private Future<Void> page(@Nullable String after, int pages) {
    JsonObject body = new JsonObject();
    if (probe != null) {
      body.put("probe", probe);
    }
    if (after != null) {
      body.put("after", after);
    }
    return bridge
        .ask(address, body)
        .compose(
            answer -> {
              Fields fields = Fields.of(answer);
              fields.list(list).forEach(each);
              String next = fields.text("next");
              if (next.isEmpty()) {
                return Future.succeededFuture();
              }
              return next.equals(after) || pages >= MAX_PAGES
                  ? Future.failedFuture(new Bridge.Refused("its list of " + list + " has no end"))
                  : page(next, pages + 1);
            });
  }
}
