package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.haproxy.HaproxyMatch.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether {@code if} and {@code unless} hold for one request; null where that is not known. */
final class HaproxyConditions {
  /** Names that HAProxy knows without their being declared (its manual, 7.4). */
  private static final Map<String, String> PREDEFINED =
      Map.ofEntries(
          Map.entry("FALSE", "always_false"),
          Map.entry("TRUE", "always_true"),
          Map.entry("HTTP", "req.proto_http"),
          Map.entry("HTTP_1.0", "req.ver 1.0"),
          Map.entry("HTTP_1.1", "req.ver 1.1"),
          Map.entry("HTTP_2.0", "req.ver 2.0"),
          Map.entry("HTTP_3.0", "req.ver 3.0"),
          Map.entry("HTTP_CONTENT", "req.hdr_val(content-length) gt 0"),
          Map.entry("HTTP_URL_ABS", "url_reg ^[^/:]*://"),
          Map.entry("HTTP_URL_SLASH", "url_beg /"),
          Map.entry("HTTP_URL_STAR", "url *"),
          Map.entry("LOCALHOST", "src 127.0.0.1/8 ::1"),
          Map.entry("METH_CONNECT", "method CONNECT"),
          Map.entry("METH_DELETE", "method DELETE"),
          Map.entry("METH_GET", "method GET HEAD"),
          Map.entry("METH_HEAD", "method HEAD"),
          Map.entry("METH_OPTIONS", "method OPTIONS"),
          Map.entry("METH_POST", "method POST"),
          Map.entry("METH_PUT", "method PUT"),
          Map.entry("METH_TRACE", "method TRACE"),
          Map.entry("REQ_CONTENT", "always_true"),
          Map.entry("WAIT_END", "wait_end"));

  private static final List<String> SUFFIXES =
      List.of("_beg", "_end", "_sub", "_dir", "_dom", "_reg", "_len");
  private static final Set<String> OPERATORS = Set.of("eq", "ge", "gt", "le", "lt");

  private final HaproxyConfig config;
  private final HaproxyFetches fetches;
  private final HaproxyRegex regex;

  HaproxyConditions(HaproxyConfig config, HaproxyFetches fetches, HaproxyRegex regex) {
    this.config = config;
    this.fetches = fetches;
    this.regex = regex;
  }

  static boolean predefined(String name) {
    return PREDEFINED.containsKey(name) || name.equals("RDP_COOKIE");
  }

  /**
   * Whether a rule applies.
   *
   * @param words from {@code if} or {@code unless} on; without any it always does
   */
  @Nullable Boolean hold(List<String> words, HaproxyProxy proxy) {
    if (words.isEmpty()) {
      return true;
    }
    Boolean any = false;
    Boolean all = true;
    boolean not = false;
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("||") || word.equals("or")) {
        any = or(any, all);
        all = true;
        continue;
      }
      while (word.startsWith("!")) {
        not = !not;
        word = word.substring(1);
      }
      if (word.isEmpty()) {
        continue;
      }
      Boolean term;
      if (word.equals("{")) {
        int end = i + 1;
        while (end < words.size() && !words.get(end).equals("}")) {
          end++;
        }
        term = acl(words.subList(i + 1, end));
        i = end;
      } else {
        term = named(word, proxy);
      }
      all = and(all, term == null ? null : term != not);
      not = false;
    }
    any = or(any, all);
    return words.get(0).equals("unless") ? any == null ? null : !any : any;
  }

  private static @Nullable Boolean and(@Nullable Boolean one, @Nullable Boolean other) {
    if (Boolean.FALSE.equals(one) || Boolean.FALSE.equals(other)) {
      return false;
    }
    return (one == null || other == null) ? null : Boolean.TRUE;
  }

  private static @Nullable Boolean or(@Nullable Boolean one, @Nullable Boolean other) {
    if (Boolean.TRUE.equals(one) || Boolean.TRUE.equals(other)) {
      return true;
    }
    return (one == null || other == null) ? null : Boolean.FALSE;
  }

  /** Lines of one name add up: one of them suffices. */
  private @Nullable Boolean named(String name, HaproxyProxy proxy) {
    Boolean any = false;
    boolean declared = false;
    for (HaproxyLine line : proxy.every("acl", name)) {
      declared = true;
      any = or(any, acl(line.from(2)));
    }
    String predefined = PREDEFINED.get(name);
    if (!declared && predefined != null) {
      return acl(List.of(predefined.split(" ")));
    }
    return declared ? any : null;
  }

  private @Nullable Boolean acl(List<String> words) {
    if (words.isEmpty()) {
      return null;
    }
    HaproxyExpression expression = HaproxyExpression.parse(words.get(0));
    if (expression == null) {
      return null;
    }
    Method method = null;
    for (String suffix : SUFFIXES) {
      String name = expression.fetch().name();
      if (name.endsWith(suffix) && expression.calls().size() == 1 && !name.equals("req.body_len")) {
        String base = name.substring(0, name.length() - suffix.length());
        method = HaproxyMatch.method(suffix.substring(1));
        expression =
            new HaproxyExpression(
                List.of(new HaproxyExpression.Call(base, expression.fetch().args())));
        break;
      }
    }
    boolean ignoreCase = false;
    List<String> patterns = new ArrayList<>();
    int i = 1;
    for (; i < words.size() && words.get(i).startsWith("-"); i++) {
      String flag = words.get(i);
      if (flag.equals("--")) {
        i++;
        break;
      }
      switch (flag) {
        case "-i" -> ignoreCase = true;
        case "-n" -> {}
        case "-m" -> {
          method = HaproxyMatch.method(++i < words.size() ? words.get(i) : "");
          if (method == null) {
            return null;
          }
        }
        case "-u" -> i++;
        case "-f" -> {
          List<HaproxyMatch.Pattern> read =
              HaproxyPatterns.file(config, ++i < words.size() ? words.get(i) : "", false);
          if (read == null) {
            fetches.of(expression);
            return null;
          }
          read.forEach(pattern -> patterns.add(pattern.key()));
        }
        default -> {
          return null;
        }
      }
    }
    patterns.addAll(words.subList(Math.min(i, words.size()), words.size()));
    HaproxySample sample = fetches.of(expression);
    return sample.known() ? fits(sample, method, ignoreCase, patterns) : null;
  }

  private @Nullable Boolean fits(
      HaproxySample sample, @Nullable Method asked, boolean ignoreCase, List<String> patterns) {
    Method method = asked;
    if (method == null) {
      method =
          switch (sample.type()) {
            case STRING -> Method.STR;
            case INTEGER -> Method.INT;
            case BOOLEAN -> Method.BOOL;
            case ADDRESS -> Method.IP;
          };
    }
    if (method == Method.FOUND) {
      return !sample.values().isEmpty();
    }
    Boolean any = false;
    HaproxyMatch match = new HaproxyMatch(method, ignoreCase, regex);
    for (String value : sample.values()) {
      if (patterns.isEmpty()) {
        boolean number = method == Method.BOOL || method == Method.INT;
        any = or(any, number && !value.equals("0"));
      }
      String operator = "eq";
      for (String pattern : patterns) {
        if ((method == Method.INT || method == Method.LEN) && OPERATORS.contains(pattern)) {
          operator = pattern;
          continue;
        }
        Boolean one =
            operator.equals("eq")
                ? match.fits(pattern, value)
                : compared(
                    operator,
                    method == Method.LEN ? Integer.toString(value.length()) : value,
                    pattern);
        any = or(any, one);
      }
    }
    return any;
  }

  private static @Nullable Boolean compared(String operator, String value, String pattern) {
    long one = ByteText.number(value);
    long other = ByteText.number(pattern);
    if (one < 0 || other < 0) {
      return (one < 0 && other >= 0) ? Boolean.FALSE : null;
    }
    return switch (operator) {
      case "ge" -> one >= other;
      case "gt" -> one > other;
      case "le" -> one <= other;
      default -> one < other;
    };
  }
}
