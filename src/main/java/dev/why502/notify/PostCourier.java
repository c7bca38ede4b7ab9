package dev.why502.notify;

import dev.why502.bus.Spoken;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import dev.why502.definition.Request.Header;
import dev.why502.definition.Secrets;
import dev.why502.definition.Target;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes notices to a service on the web, in the shape that it takes. */
final class PostCourier implements Courier {
  /** Incidents whose severity is remembered; of one that is forgotten, an alert ends by itself. */
  private static final int MAX_REMEMBERED = 1_000;

  private static final String ALERTS = "/api/v2/alerts";

  private final Post post;
  private final Spoken words;
  private final Links links;
  private final Caller caller;
  private final InstantSource clock;
  private final Timing timing;
  private final Secrets secrets;

  /** Of each incident that lasts, the severity that it was told with. */
  private final Map<String, String> severities =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  PostCourier(
      Post post, Spoken words, Links links, Caller caller, InstantSource clock, Timing timing) {
    this.post = post;
    this.words = words;
    this.links = links;
    this.caller = caller;
    this.clock = clock;
    this.timing = timing;
    this.secrets = new Secrets(post.secrets());
  }

  @Override
  public Future<Attempt> carry(Notice notice) {
    return switch (post.format()) {
      case ALERTMANAGER -> alert(List.of(notice));
      case WEBHOOK, SLACK, FEISHU, DINGTALK, WECOM -> one(notice);
    };
  }

  /** Tells every copy of an Alertmanager; one that took it passes it on to the others' people. */
  Future<Attempt> alert(List<Notice> notices) {
    Instant now = clock.instant();
    JsonArray alerts = new JsonArray();
    for (Notice notice : notices) {
      Notice said = standing(notice);
      AlertBody.alerts(said, message(said), changedFrom(said), now, timing.ahead())
          .forEach(alerts::add);
    }
    List<Future<Attempt>> sent = new ArrayList<>();
    for (Target url : post.urls()) {
      String path = url.path().replaceAll("/+$", "");
      String whole = path.endsWith(ALERTS) ? path : path + ALERTS;
      Target api = new Target(url.scheme(), url.endpoint(), whole, url.text());
      sent.add(
          caller
              .post(api, "", post.headers(), alerts.toBuffer())
              .map(answer -> Judgement.of(post.format(), answer, secrets::mask)));
    }
    return Future.all(sent).map(all -> best(all.list()));
  }

  private @Nullable String changedFrom(Notice notice) {
    String before =
        notice.over() || notice.kind() == Notice.Kind.TEST
            ? severities.remove(notice.incidentId())
            : severities.put(notice.incidentId(), notice.severity());
    return before == null || before.equals(notice.severity()) ? null : before;
  }

  /** An alert says what stands, not that somebody was reminded of it. */
  private static Notice standing(Notice notice) {
    boolean news = notice.kind() == Notice.Kind.REMINDED || notice.kind() == Notice.Kind.REMEDIED;
    return news
        ? new Notice(
            notice.key(),
            notice.receiver(),
            notice.over() ? Notice.Kind.RESOLVED : Notice.Kind.CHANGED,
            notice.incident(),
            notice.labels(),
            null,
            null)
        : notice;
  }

  private Future<Attempt> one(Notice notice) {
    Target url = post.urls().get(0);
    Instant now = clock.instant();
    Message message = message(notice);
    String query = post.format() == Format.DINGTALK ? DingTalkBody.query(post.secret(), now) : "";
    List<Header> headers = new ArrayList<>(post.headers());
    if (post.format() == Format.WEBHOOK) {
      // The key of the row in the store: who has seen it needs not act on it again.
      headers.add(new Header("Idempotency-Key", Plain.line(notice.key(), 200)));
    }
    Buffer body =
        switch (post.format()) {
          case WEBHOOK, ALERTMANAGER ->
              AlertBody.webhook(notice, message, links.base(), now).toBuffer();
          case SLACK -> SlackBody.of(message).toBuffer();
          case FEISHU -> FeishuBody.of(message, post.secret(), now).toBuffer();
          case DINGTALK -> DingTalkBody.of(message).toBuffer();
          case WECOM -> WeComBody.of(message).toBuffer();
        };
    return caller
        .post(url, query, headers, body)
        .map(answer -> Judgement.of(post.format(), answer, secrets::mask));
  }

  private Message message(Notice notice) {
    return Message.of(notice, words, links.of(notice.incidentId()));
  }

  private static Attempt best(List<Attempt> all) {
    Attempt best = all.get(0);
    for (Attempt one : all) {
      if (one.result().compareTo(best.result()) < 0) {
        best = one;
      }
    }
    return best;
  }
}
