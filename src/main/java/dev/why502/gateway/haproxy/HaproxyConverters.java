package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import dev.why502.gateway.haproxy.HaproxyExpression.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What converters make of a sample; one that is not followed here makes it unknown. */
final class HaproxyConverters {
  private final HaproxyConfig config;
  private final HaproxyRegex regex;

  HaproxyConverters(HaproxyConfig config, HaproxyRegex regex) {
    this.config = config;
    this.regex = regex;
  }

  HaproxySample of(Call call, HaproxySample sample) {
    String name = ByteText.lower(call.name());
    if (name.equals("map") || name.startsWith("map_")) {
      return map(name, call, sample);
    }
    return switch (name) {
      case "lower" -> each(sample, ByteText::lower);
      case "upper" -> each(sample, text -> text.toUpperCase(java.util.Locale.ROOT));
      case "host_only" -> each(sample, HaproxyConverters::hostOnly);
      case "port_only" -> each(sample, HaproxyConverters::portOnly);
      case "field" -> each(sample, text -> field(text, call, false));
      case "word" -> each(sample, text -> field(text, call, true));
      case "ltrim" -> each(sample, text -> trimmed(text, call.arg(0), true));
      case "rtrim" -> each(sample, text -> trimmed(text, call.arg(0), false));
      case "regsub" ->
          each(
              sample,
              text ->
                  regex.replaced(
                      call.arg(0),
                      call.arg(2).contains("i"),
                      text,
                      call.arg(1),
                      false,
                      call.arg(2).contains("g")));
      case "length" -> each(sample, text -> Integer.toString(text.length()));
      case "bool" ->
          sample.values().isEmpty()
              ? sample
              : HaproxySample.of(!Objects.equals(sample.text(), "0"));
      case "not" ->
          sample.values().isEmpty() ? sample : HaproxySample.of(Objects.equals(sample.text(), "0"));
      case "iif" ->
          HaproxySample.of(
              sample.values().isEmpty() || Objects.equals(sample.text(), "0")
                  ? call.arg(1)
                  : call.arg(0));
      default -> HaproxySample.UNKNOWN;
    };
  }

  private static HaproxySample each(
      HaproxySample sample, Function<String, @Nullable String> change) {
    List<String> values = new ArrayList<>();
    for (String value : sample.values()) {
      String changed = change.apply(value);
      if (changed == null) {
        return HaproxySample.UNKNOWN;
      }
      values.add(changed);
    }
    return new HaproxySample(true, HaproxySample.Type.STRING, values);
  }

  private static String hostOnly(String host) {
    int colon = host.indexOf(':', Math.max(0, host.lastIndexOf(']')));
    String name = colon < 0 ? host : host.substring(0, colon);
    return ByteText.lower(name);
  }

  private static String portOnly(String host) {
    int colon = host.indexOf(':', Math.max(0, host.lastIndexOf(']')));
    return colon < 0 ? "0" : host.substring(colon + 1);
  }

  private static @Nullable String field(String text, Call call, boolean words) {
    boolean back = call.arg(0).startsWith("-");
    long index = ByteText.number(back ? call.arg(0).substring(1) : call.arg(0));
    if (index < 1 || call.arg(1).isEmpty() || call.args().size() > 2) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || call.arg(1).indexOf(text.charAt(i)) >= 0) {
        if (!words || i > from) {
          parts.add(text.substring(from, i));
        }
        from = i + 1;
      }
    }
    int at = (int) (back ? parts.size() - index : index - 1);
    return at >= 0 && at < parts.size() ? parts.get(at) : "";
  }

  private static String trimmed(String text, String characters, boolean left) {
    int from = 0;
    int to = text.length();
    while (left && from < to && characters.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (!left && to > from && characters.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  /** {@code map_beg(FILE,default)}: the value beside the first key that fits. */
  private HaproxySample map(String name, Call call, HaproxySample sample) {
    String kind = name.equals("map") ? "str" : name.substring(4);
    int type = kind.indexOf('_');
    HaproxyMatch.Method method = HaproxyMatch.method(type < 0 ? kind : kind.substring(0, type));
    List<HaproxyMatch.Pattern> patterns = HaproxyPatterns.file(config, call.arg(0), true);
    if (method == null || patterns == null || sample.values().isEmpty()) {
      return sample.known() && sample.values().isEmpty() ? sample : HaproxySample.UNKNOWN;
    }
    HaproxyMatch match = new HaproxyMatch(method, false, regex);
    String text = sample.values().get(sample.values().size() - 1);
    HaproxyMatch.Pattern best = null;
    for (HaproxyMatch.Pattern pattern : patterns) {
      Boolean fits = match.fits(pattern.key(), text);
      if (fits == null) {
        return HaproxySample.UNKNOWN;
      }
      // Prefixes and networks are held in trees: there the longest one wins, not the first.
      boolean longer =
          best != null
              && (method == HaproxyMatch.Method.BEG || method == HaproxyMatch.Method.IP)
              && pattern.key().length() > best.key().length();
      if (fits && (best == null || longer)) {
        best = pattern;
      }
    }
    if (best != null) {
      return HaproxySample.of(best.value());
    }
    return call.args().size() > 1 ? HaproxySample.of(call.arg(1)) : HaproxySample.ABSENT;
  }
}
