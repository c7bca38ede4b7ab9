package dev.why502.gateway.haproxy;

import dev.why502.gateway.ByteText;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server of a backend with what {@code default-server} lines before it set.
 *
 * @param settings keywords in force; a flag's value is ""
 */
record HaproxyServer(
    String name, HaproxyLine line, HaproxyAddress address, Map<String, String> settings) {
  /** Keywords without a value. */
  private static final Set<String> FLAGS =
      Set.of(
          "agent-check",
          "allow-0rtt",
          "backup",
          "check",
          "check-send-proxy",
          "check-ssl",
          "check-via-socks4",
          "disabled",
          "enabled",
          "force-sslv3",
          "force-tlsv10",
          "force-tlsv11",
          "force-tlsv12",
          "force-tlsv13",
          "non-stick",
          "send-proxy",
          "send-proxy-v2",
          "send-proxy-v2-ssl",
          "send-proxy-v2-ssl-cn",
          "ssl",
          "ssl-reuse",
          "stick",
          "tls-tickets",
          "tfo");

  static boolean flag(String word) {
    return FLAGS.contains(word) || word.startsWith("no-");
  }

  /** Reads keywords over those that stand already. */
  static Map<String, String> settings(Map<String, String> before, List<String> words) {
    Map<String, String> settings = new LinkedHashMap<>(before);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith("no-")) {
        settings.remove(word.substring(3));
        if (word.equals("no-check-ssl")) {
          settings.put(word, "");
        }
      } else if (word.equals("enabled")) {
        settings.remove("disabled");
      } else if (flag(word)) {
        settings.put(word, "");
      } else if (i + 1 < words.size()) {
        settings.put(word, words.get(++i));
      }
    }
    return settings;
  }

  boolean has(String keyword) {
    return settings.containsKey(keyword);
  }

  @Nullable String value(String keyword) {
    return settings.get(keyword);
  }

  /** It gets no request: disabled, or of no weight. */
  boolean down() {
    return has("disabled") || "0".equals(value("weight"));
  }

  boolean tls() {
    return has("ssl");
  }

  boolean sendsProxy() {
    Set<String> kinds = new HashSet<>(settings.keySet());
    kinds.retainAll(
        Set.of("send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn"));
    return !kinds.isEmpty();
  }

  long number(String keyword, long otherwise) {
    String text = value(keyword);
    long number = text == null ? -1 : ByteText.number(text);
    return number < 0 ? otherwise : number;
  }

  long millis(String keyword, long otherwise) {
    String text = value(keyword);
    long millis = text == null ? -1 : HaproxyText.millis(text);
    return millis < 0 ? otherwise : millis;
  }
}
