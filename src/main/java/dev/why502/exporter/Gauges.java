package dev.why502.exporter;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The metrics of one look, in Prometheus' text format 0.0.4, families and samples in the order of
 * their names. Names and meanings are blackbox_exporter's (its package prober), but for the last.
 */
final class Gauges {
  static final String FAILURE_INFO = "probe_failure_info";

  private static final Map<String, String> HELP =
      Map.ofEntries(
          Map.entry("probe_success", "Displays whether or not the probe was a success"),
          Map.entry(
              "probe_duration_seconds", "Returns how long the probe took to complete in seconds"),
          Map.entry("probe_timeout_seconds", "Returns how long the probe timeout is in seconds"),
          Map.entry(
              "probe_dns_lookup_time_seconds",
              "Returns the time taken for probe dns lookup in seconds"),
          Map.entry("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6"),
          Map.entry(
              "probe_ip_addr_hash",
              "Specifies the hash of IP address. It's useful to detect if the IP address changes."),
          Map.entry(
              "probe_http_duration_seconds",
              "Duration of http request by phase, summed over all redirects"),
          Map.entry("probe_http_content_length", "Length of http content response"),
          Map.entry("probe_http_uncompressed_body_length", "Length of uncompressed response body"),
          Map.entry("probe_http_redirects", "The number of redirects"),
          Map.entry("probe_http_ssl", "Indicates if SSL was used for the final redirect"),
          Map.entry("probe_http_status_code", "Response HTTP status code"),
          Map.entry("probe_http_version", "Returns the version of HTTP of the probe response"),
          Map.entry(
              "probe_http_last_modified_timestamp_seconds",
              "Returns the Last-Modified HTTP response header in unixtime"),
          Map.entry("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
          Map.entry("probe_failed_due_to_bytes", "Indicates if probe failed due to bytes"),
          Map.entry("probe_expect_info", "Explicit content matched"),
          Map.entry("probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime"),
          Map.entry(
              "probe_ssl_last_chain_expiry_timestamp_seconds",
              "Returns last SSL chain expiry in timestamp"),
          Map.entry("probe_ssl_last_chain_info", "Contains SSL leaf certificate information"),
          Map.entry("probe_tls_version_info", "Returns the TLS version used or NaN when unknown"),
          Map.entry("probe_tls_cipher_info", "Returns the TLS cipher negotiated during handshake"),
          Map.entry(
              FAILURE_INFO,
              "Why the probe failed, as far as one look from outside can tell: always 1, absent on"
                  + " success"));

  private final Map<String, Map<String, Double>> families = new TreeMap<>();

  /** Every name that there may be. */
  static Set<String> names() {
    return HELP.keySet();
  }

  void set(String name, double value) {
    families.computeIfAbsent(name, none -> new TreeMap<>()).put("", value);
  }

  void set(String name, String label, String labelValue, double value) {
    set(name, List.of(Map.entry(label, labelValue)), value);
  }

  /** In the order of the labels given. */
  void set(String name, List<Map.Entry<String, String>> labels, double value) {
    String text =
        labels.stream()
            .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + "\"")
            .collect(Collectors.joining(",", "{", "}"));
    families.computeIfAbsent(name, none -> new TreeMap<>()).put(text, value);
  }

  String text() {
    StringBuilder out = new StringBuilder(4096);
    families.forEach(
        (name, samples) -> {
          out.append("# HELP ").append(name).append(' ').append(HELP.get(name)).append('\n');
          out.append("# TYPE ").append(name).append(" gauge\n");
          samples.forEach(
              (labels, value) ->
                  out.append(name).append(labels).append(' ').append(number(value)).append('\n'));
        });
    return out.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%d", (long) value)
        : Double.toString(value);
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
