package dev.why502.gateway.haproxy;

import dev.why502.definition.Request.Header;
import dev.why502.evidence.Route.Handling;
import dev.why502.evidence.Route.Limit;
import dev.why502.gateway.ByteText;
import dev.why502.gateway.RouteDraft;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rules of one proxy over a request, in HAProxy's order: monitor, tcp-request,
 * http-request, statistics, redirect (http_process_req_common).
 */
final class HaproxyRules {
  /** Actions that change neither the way nor the request. */
  private static final Set<String> HARMLESS =
      Set.of(
          "capture",
          "set-log-level",
          "set-nice",
          "set-tos",
          "set-fc-tos",
          "set-mark",
          "set-fc-mark",
          "set-bc-mark",
          "set-bc-tos",
          "set-priority-class",
          "set-priority-offset",
          "add-acl",
          "del-acl",
          "set-map",
          "del-map",
          "disable-l7-retry",
          "early-hint",
          "wait-for-body",
          "wait-for-handshake",
          "strict-mode",
          "cache-use",
          "do-log",
          "pause",
          "send-spoe-group",
          "switch-mode");

  private final HaproxyRequest request;
  private final HaproxyFetches fetches;
  private final HaproxyConditions conditions;
  private final HaproxyFormat format;
  private final HaproxyRegex regex;
  private final RouteDraft draft;

  /** Milliseconds that a rule sets for {@code timeout server}, or -1. */
  long serverTimeoutMillis = -1;

  HaproxyRules(HaproxyConfig config, HaproxyRequest request, boolean http, RouteDraft draft) {
    this.request = request;
    this.draft = draft;
    this.regex = new HaproxyRegex();
    this.fetches = new HaproxyFetches(config, request, regex, http);
    this.conditions = new HaproxyConditions(config, fetches, regex);
    this.format = new HaproxyFormat(fetches, request);
  }

  HaproxyFormat format() {
    return format;
  }

  HaproxyFetches fetches() {
    return fetches;
  }

  /** Whether a rule applies; null, with a note of it, where that is not known. */
  @Nullable Boolean applies(HaproxyLine line, HaproxyProxy proxy) {
    fetches.askedHealth = null;
    Boolean holds = conditions.hold(line.from(line.condition()), proxy);
    String health = fetches.askedHealth;
    if (health != null) {
      draft.unknown(
          health + " depends on health: every server is taken for up (" + line.where() + ")");
    }
    return holds;
  }

  private void undecided(HaproxyLine line) {
    draft.unknown("whether it applies is not known (" + line.where() + ": " + line.text() + ")");
  }

  /** Runs them; true when the request is answered here. */
  boolean run(HaproxyProxy proxy, boolean front) {
    boolean http = proxy.http();
    if (front && http && monitor(proxy)) {
      return true;
    }
    for (HaproxyLine line : proxy.every("tcp-request")) {
      Boolean end = tcp(line, proxy);
      if (end != null) {
        return end;
      }
    }
    if (!http) {
      return false;
    }
    for (HaproxyLine line : proxy.every("http-request")) {
      Step step = step(line, proxy);
      if (step == Step.ANSWERED) {
        return true;
      }
      if (step == Step.ALLOWED) {
        break;
      }
    }
    if (statistics(proxy)) {
      return true;
    }
    for (HaproxyLine line : proxy.every("redirect")) {
      Boolean holds = applies(line, proxy);
      if (holds == null) {
        undecided(line);
      } else if (holds) {
        draft.answer(Handling.RETURN, redirectStatus(line), line.place());
        return true;
      }
    }
    return false;
  }

  private boolean monitor(HaproxyProxy proxy) {
    HaproxyLine uri = proxy.last("monitor-uri");
    if (uri == null || !Objects.equals(request.target(), uri.arg(1))) {
      return false;
    }
    for (HaproxyLine line : proxy.every("monitor", "fail")) {
      if (Boolean.TRUE.equals(applies(line, proxy))) {
        draft.answer(Handling.RETURN, 503, line.place());
        return true;
      }
    }
    draft.answer(Handling.RETURN, 200, uri.place());
    return true;
  }

  private boolean statistics(HaproxyProxy proxy) {
    HaproxyLine uri = proxy.last("stats", "uri");
    HaproxyLine enable = proxy.last("stats");
    if (enable == null || enable.negated() || request.path == null) {
      return false;
    }
    boolean on =
        uri != null
            || !proxy.every("stats", "enable").isEmpty()
            || !proxy.every("stats", "auth").isEmpty();
    String prefix = uri == null ? "/haproxy?stats" : uri.arg(2);
    String target = request.target();
    if (!on || target == null || !target.startsWith(prefix)) {
      return false;
    }
    draft.answer(
        Handling.RETURN,
        proxy.every("stats", "auth").isEmpty() ? 200 : 401,
        (uri == null ? enable : uri).place());
    return true;
  }

  /** Null to go on; else whether it ends here. */
  private @Nullable Boolean tcp(HaproxyLine line, HaproxyProxy proxy) {
    String action = line.arg(2);
    boolean ends = action.equals("reject") || action.equals("silent-drop");
    if (!ends && !action.startsWith("set-var")) {
      // "accept" only ends rules of its own kind; those behind it are seldom other than reject.
      boolean accepts = action.equals("accept") && line.condition() < line.words().size();
      if (accepts
          && Boolean.TRUE.equals(applies(line, proxy))
          && line.is("tcp-request", "content")) {
        return proxy.http() ? null : Boolean.FALSE;
      }
      return null;
    }
    Boolean holds = applies(line, proxy);
    if (!ends) {
      setVariable(line, 2, Boolean.TRUE.equals(holds));
      return null;
    }
    if (holds == null) {
      limitOrUnknown(line, 0);
      return null;
    }
    if (holds) {
      draft.answer(Handling.DENY, 0, line.place());
      return true;
    }
    return null;
  }

  private enum Step {
    ON,
    ALLOWED,
    ANSWERED
  }

  private Step step(HaproxyLine line, HaproxyProxy proxy) {
    String action = line.arg(1);
    int bracket = action.indexOf('(');
    String name = bracket < 0 ? action : action.substring(0, bracket);
    if (HARMLESS.contains(name) || name.startsWith("track-sc") || name.startsWith("sc-")) {
      return Step.ON;
    }
    fetches.askedRate = false;
    fetches.askedConnections = false;
    Boolean holds = applies(line, proxy);
    boolean answers =
        switch (name) {
          case "deny",
              "tarpit",
              "return",
              "redirect",
              "auth",
              "use-service",
              "reject",
              "silent-drop" ->
              true;
          default -> false;
        };
    if (holds == null) {
      if (answers) {
        limitOrUnknown(line, status(line, name));
      } else if (changesTheWay(name, line)) {
        undecided(line);
        change(name, line, null);
      }
      return Step.ON;
    }
    if (!holds) {
      return Step.ON;
    }
    if (name.equals("allow")) {
      return Step.ALLOWED;
    }
    if (answers) {
      return answer(name, line);
    }
    change(name, line, true);
    return Step.ON;
  }

  /** A rule that counts: it limits, and whether it does so now only traffic tells. */
  private void limitOrUnknown(HaproxyLine line, int status) {
    if (fetches.askedRate || fetches.askedConnections) {
      Limit.What what = fetches.askedConnections ? Limit.What.CONNECTIONS : Limit.What.REQUESTS;
      draft.limit(new Limit(what, line.place(), 0, status));
    } else {
      undecided(line);
    }
  }

  private Step answer(String name, HaproxyLine line) {
    switch (name) {
      case "deny", "tarpit", "reject", "silent-drop" ->
          draft.answer(Handling.DENY, status(line, name), line.place());
      case "auth" -> {
        draft.limit(new Limit(Limit.What.AUTHENTICATION, line.place(), 0, 401));
        draft.answer(Handling.DENY, 401, line.place());
      }
      case "use-service" -> {
        if (!line.arg(2).equals("prometheus-exporter")) {
          draft.unknown(line.arg(2) + " answers, which is not followed (" + line.where() + ")");
          draft.answer(Handling.UNKNOWN, 0, line.place());
        } else {
          draft.answer(Handling.RETURN, 200, line.place());
        }
      }
      default -> draft.answer(Handling.RETURN, status(line, name), line.place());
    }
    return Step.ANSWERED;
  }

  private static int status(HaproxyLine line, String name) {
    String written = line.after("deny_status");
    if (written.isEmpty()) {
      written = line.after("status");
    }
    long status = ByteText.number(written);
    if (status >= 100 && status <= 599) {
      return (int) status;
    }
    return switch (name) {
      case "deny" -> 403;
      case "tarpit" -> 500;
      case "auth" -> 401;
      case "redirect" -> redirectStatus(line);
      case "reject", "silent-drop" -> 0;
      default -> 200;
    };
  }

  private static int redirectStatus(HaproxyLine line) {
    long code = ByteText.number(line.after("code"));
    return code > 0 ? (int) code : 302;
  }

  /** Whether a change bears on where a request goes or what it asks for. */
  private static boolean changesTheWay(String name, HaproxyLine line) {
    return switch (name) {
      case "set-header", "add-header", "del-header", "replace-header", "replace-value" ->
          line.arg(2).equalsIgnoreCase("host");
      default -> true;
    };
  }

  /**
   * Applies a change.
   *
   * @param sure null when it is not known whether it is made: then what it changes is not known
   */
  private void change(String name, HaproxyLine line, @Nullable Boolean sure) {
    String value = sure == null ? null : format.text(line.arg(2));
    switch (name) {
      case "set-path" -> {
        request.path = value;
        note(value, line);
      }
      case "set-pathq" -> {
        request.pathAndQuery(value);
        note(value, line);
      }
      case "set-uri" -> {
        String path = value == null ? null : pathOf(value);
        request.pathAndQuery(path);
        note(path, line);
      }
      case "set-query" -> {
        request.query = value;
        note(value, line);
      }
      case "set-method" -> {
        request.method = value;
        note(value, line);
      }
      case "replace-path" -> {
        request.path = sure == null ? null : replaced(line, request.path);
        note(request.path, line);
      }
      case "replace-pathq", "replace-uri" -> {
        // Relative as requests mostly come; an absolute one has its authority in front.
        String target = sure == null ? null : replaced(line, request.target());
        request.pathAndQuery(target == null ? null : pathOf(target));
        note(target, line);
      }
      case "set-header" -> request.set(line.arg(2), sure == null ? null : format.text(line.arg(3)));
      case "add-header" -> request.add(line.arg(2), sure == null ? null : format.text(line.arg(3)));
      case "del-header" -> delete(line, sure != null);
      case "replace-header", "replace-value" -> replaceHeader(line, name.equals("replace-value"));
      case "set-timeout" -> {
        if (line.arg(2).equals("server")) {
          serverTimeoutMillis = HaproxyText.millis(line.arg(3));
        }
      }
      case "unset-var" -> {}
      default -> {
        if (name.startsWith("set-var") || line.arg(1).startsWith("unset-var")) {
          setVariable(line, 1, sure != null);
        } else {
          draft.unknown("not followed (" + line.where() + ": " + line.text() + ")");
        }
      }
    }
  }

  private void note(@Nullable String value, HaproxyLine line) {
    if (value == null) {
      draft.unknown("what it comes to is not known (" + line.where() + ": " + line.text() + ")");
    }
  }

  private static String pathOf(String uri) {
    int authority = uri.indexOf("://");
    int slash = authority < 0 ? 0 : uri.indexOf('/', authority + 3);
    return slash < 0 ? "/" : uri.substring(slash);
  }

  private @Nullable String replaced(HaproxyLine line, @Nullable String text) {
    String with = format.text(line.arg(3));
    return text == null || with == null
        ? null
        : regex.replaced(line.arg(2), false, text, with, true, false);
  }

  private void delete(HaproxyLine line, boolean sure) {
    String method = line.after("-m");
    if (method.isEmpty() || method.equals("str")) {
      if (sure) {
        request.remove(line.arg(2));
      }
      return;
    }
    HaproxyMatch.Method how = HaproxyMatch.method(method);
    if (how == null) {
      return;
    }
    HaproxyMatch match = new HaproxyMatch(how, true, regex);
    for (Header header : List.copyOf(request.headers)) {
      if (sure && Boolean.TRUE.equals(match.fits(line.arg(2), header.name()))) {
        request.remove(header.name());
      }
    }
  }

  private void replaceHeader(HaproxyLine line, boolean parts) {
    List<String> values = request.values(line.arg(2));
    String with = format.text(line.arg(4));
    if (values == null || values.isEmpty()) {
      return;
    }
    String name = line.arg(2);
    request.remove(name);
    for (String value : values) {
      String replaced =
          with == null || (parts && value.indexOf(',') >= 0)
              ? null
              : regex.replaced(line.arg(3), false, value, with, true, false);
      request.add(name, replaced);
    }
  }

  /** {@code set-var(NAME) EXPRESSION}, {@code set-var-fmt(NAME) FORMAT}. */
  private void setVariable(HaproxyLine line, int at, boolean sure) {
    String action = line.arg(at);
    int open = action.indexOf('(');
    int close = action.indexOf(')', Math.max(0, open));
    if (open < 0 || close < 0) {
      return;
    }
    String variable = action.substring(open + 1, close).split(",", 2)[0];
    if (action.startsWith("unset-var")) {
      request.variables.remove(variable);
    } else if (!sure) {
      request.variables.put(variable, null);
    } else if (action.startsWith("set-var-fmt")) {
      request.variables.put(variable, format.text(line.arg(at + 1)));
    } else {
      HaproxySample sample = fetches.of(HaproxyExpression.parse(line.arg(at + 1)));
      if (sample.known() && sample.values().isEmpty()) {
        request.variables.remove(variable);
      } else {
        request.variables.put(variable, sample.known() ? sample.text() : null);
      }
    }
  }
}
