package dev.why502.gateway.nginx;

import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LoggedLine;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * nginx's log of requests, where its format says what came of the upstream (the variables of
 * ngx_http_upstream_module). Pure.
 */
public final class NginxAccessLog implements LogGrammar {
  static final Set<String> VARIABLES =
      Set.of(
          "remote_addr",
          "remote_port",
          "host",
          "http_host",
          "server_name",
          "request",
          "request_method",
          "request_uri",
          "status",
          "time_local",
          "time_iso8601",
          "msec",
          "upstream_addr",
          "upstream_status",
          "upstream_connect_time",
          "upstream_header_time",
          "upstream_bytes_received",
          "upstream_cache_status");

  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

  private final NginxLogFormat format;

  private NginxAccessLog(NginxLogFormat format) {
    this.format = format;
  }

  /**
   * The grammar of a log's lines.
   *
   * @param format as {@code ConfigFiles.AccessLog} has it
   * @return null where such lines tell nothing of upstreams
   */
  public static @Nullable NginxAccessLog of(String format) {
    NginxLogFormat read = NginxLogFormat.of(format);
    return read == null || !(read.has("upstream_addr") || read.has("upstream_status"))
        ? null
        : new NginxAccessLog(read);
  }

  @Override
  public LoggedLine parse(String text, ZoneId zone) {
    NginxLogFormat.Line line = format.read(text, VARIABLES);
    return line == null
        ? NginxAccessLogLine.unread(text)
        : NginxAccessLogLine.of(line, at(line), format.buffered());
  }

  @Override
  public boolean ofRequests() {
    return true;
  }

  private static @Nullable Instant at(NginxLogFormat.Line line) {
    String millis = line.value("msec");
    String iso = line.value("time_iso8601");
    String local = line.value("time_local");
    try {
      if (millis != null) {
        return Instant.ofEpochMilli(Math.round(Double.parseDouble(millis) * 1000));
      } else if (iso != null) {
        return OffsetDateTime.parse(iso).toInstant();
      }
      return local == null ? null : OffsetDateTime.parse(local, LOCAL).toInstant();
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }
}
