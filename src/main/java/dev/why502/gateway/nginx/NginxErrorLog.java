package dev.why502.gateway.nginx;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.RequestFacts;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of nginx's error log: {@code YYYY/MM/DD HH:MM:SS [level] PID#TID: *CONNECTION message
 * (errno: text) while ACTION, client: ..} (ngx_log.c, ngx_http_request.c). Pure.
 */
public final class NginxErrorLog {
  /** nginx cuts lines at 2,048 bytes (NGX_MAX_ERROR_STR); from here on one may have been cut. */
  static final int CUT_LENGTH = 2_000;

  /** As much of a request line, cut by nginx, as must agree before it is taken for ours. */
  private static final int CUT_REQUEST_LENGTH = 512;

  private static final int STAMP_LENGTH = "2025/09/18 09:46:00 ".length();

  private NginxErrorLog() {}

  /**
   * Takes a line apart.
   *
   * @param zone in which nginx writes its times: they carry none
   */
  public static NginxErrorLogLine parse(String text, ZoneId zone) {
    Instant at = stamp(text, zone);
    int levelEnd = at == null ? -1 : text.indexOf("] ", STAMP_LENGTH);
    int messageStart = levelEnd < 0 ? -1 : text.indexOf(": ", levelEnd);
    if (messageStart < 0 || text.charAt(STAMP_LENGTH) != '[') {
      return new NginxErrorLogLine(
          null,
          null,
          0,
          0,
          Event.OTHER,
          Stage.OTHER,
          0,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          false,
          false,
          text,
          text);
    }
    String level = text.substring(STAMP_LENGTH + 1, levelEnd);
    String[] process = text.substring(levelEnd + 2, messageStart).split("#", 2);
    messageStart += 2;
    long connection = 0;
    if (text.startsWith("*", messageStart)) {
      int blank = text.indexOf(' ', messageStart);
      if (blank > 0) {
        connection = number(text.substring(messageStart + 1, blank));
        messageStart = blank + 1;
      }
    }
    NginxErrorLogFields fields = NginxErrorLogFields.of(text.substring(messageStart));
    boolean hasClient = fields.client() != null || fields.doubtful() || connection != 0;
    NginxErrorLogMessage message = NginxErrorLogMessage.of(level, fields.message(), hasClient);
    NginxErrorLogPeer peer = NginxErrorLogPeer.of(fields);
    return new NginxErrorLogLine(
        at,
        level,
        (int) number(process[0]),
        connection,
        message.event(),
        message.stage(),
        message.errno(),
        peer.protocol(),
        peer.address(),
        peer.uri(),
        fields.client(),
        fields.server(),
        fields.host(),
        fields.request(),
        fields.upstream(),
        fields.cut(),
        fields.doubtful(),
        fields.message(),
        text);
  }

  /** How a line belongs to a request of ours. */
  public static Tie tie(NginxErrorLogLine line, RequestFacts facts) {
    String request = line.request();
    boolean gatewayWide =
        line.event() == Event.NO_WORKER_CONNECTIONS || line.event() == Event.NO_FILES;
    if (request == null || line.doubtful()) {
      return gatewayWide || ofProcess(line) ? Tie.GATEWAY : Tie.NONE;
    }
    if (ours(line, request, facts)) {
      return Tie.OURS;
    }
    if (gatewayWide) {
      return Tie.GATEWAY;
    }
    return sameRoute(line, request, facts) ? Tie.SAME_ROUTE : Tie.NONE;
  }

  private static boolean ofProcess(NginxErrorLogLine line) {
    String level = line.level();
    return line.client() == null
        && line.connection() == 0
        && !line.doubtful()
        && level != null
        && (level.equals("emerg") || level.equals("alert") || level.equals("crit"));
  }

  private static boolean ours(NginxErrorLogLine line, String request, RequestFacts facts) {
    String sent = facts.method() + " " + facts.path() + " HTTP/";
    boolean cutOff = line.cut() && !complete(request);
    boolean sameRequest =
        cutOff
            ? request.length() >= CUT_REQUEST_LENGTH && sent.startsWith(request)
            : request.startsWith(sent) && complete(request.substring(sent.length() - 6));
    if (!sameRequest) {
      return false;
    }
    String host = line.host();
    boolean sameHost =
        host == null ? line.cut() || facts.host().isEmpty() : host.equalsIgnoreCase(facts.host());
    String client = line.client();
    return sameHost
        && (client == null
            || facts.localAddresses().isEmpty()
            || client.equals("unix:")
            || facts.local(client));
  }

  /** Ends in {@code HTTP/1.1}. */
  private static boolean complete(String request) {
    int version = request.lastIndexOf(" HTTP/");
    String rest = version < 0 ? "" : request.substring(version + " HTTP/".length());
    return !rest.isEmpty() && rest.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static boolean sameRoute(NginxErrorLogLine line, String request, RequestFacts facts) {
    String host = line.host();
    String server = line.server();
    boolean sameSite =
        (host != null && host.equalsIgnoreCase(facts.host()))
            || (server != null && !server.isEmpty() && server.equals(facts.serverName()));
    return sameSite && facts.sameRoute(request);
  }

  private static @Nullable Instant stamp(String text, ZoneId zone) {
    if (text.length() <= STAMP_LENGTH
        || text.charAt(4) != '/'
        || text.charAt(7) != '/'
        || text.charAt(10) != ' '
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || text.charAt(19) != ' ') {
      return null;
    }
    try {
      return LocalDateTime.of(
              digits(text, 0, 4),
              digits(text, 5, 7),
              digits(text, 8, 10),
              digits(text, 11, 13),
              digits(text, 14, 16),
              digits(text, 17, 19))
          .atZone(zone)
          .toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** The number in a range; -1, which is no part of a date, where it is none. */
  private static int digits(String text, int start, int end) {
    long number = number(text.substring(start, end));
    return number == 0 && !text.substring(start, end).chars().allMatch(c -> c == '0')
        ? -1
        : (int) number;
  }

  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 18) {
      return 0;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      number = number * 10 + (c - '0');
    }
    return number;
  }
}
