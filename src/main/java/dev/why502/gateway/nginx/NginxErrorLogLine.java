package dev.why502.gateway.nginx;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of nginx's error log, taken apart. nginx cuts a line at 2,048 bytes, so that a field may
 * be missing: that is null, and says nothing.
 *
 * @param at null when the line does not begin as nginx's lines do; {@code event} is then OTHER
 * @param level "error", "crit", ...
 * @param connection nginx's number of it, 0 when the line names none
 * @param errno system error number, 0 when none
 * @param protocol "http", "https", "fastcgi", ..., or null
 * @param peer {@code 127.0.0.1:3001}, {@code unix:/run/app.sock}, or a group's name
 * @param uri request target sent upstream
 * @param request request line of the client; only its beginning when {@code cut}
 * @param cut whether it ends within a quoted field
 * @param doubtful whether text from outside imitates fields, so that none could be told
 * @param message without the fields after it
 */
public record NginxErrorLogLine(
    @Nullable Instant at,
    @Nullable String level,
    int pid,
    long connection,
    Event event,
    Stage stage,
    int errno,
    @Nullable String protocol,
    @Nullable String peer,
    @Nullable String uri,
    @Nullable String client,
    @Nullable String server,
    @Nullable String host,
    @Nullable String request,
    @Nullable String upstream,
    boolean cut,
    boolean doubtful,
    String message,
    String text)
    implements LoggedLine {
  @Override
  public Tie tie(RequestFacts facts) {
    return NginxErrorLog.tie(this, facts);
  }

  @Override
  public LogLine evidence(String gateway, String file, Instant time, boolean fresh, Tie tie) {
    return new LogLine(
        gateway, file, time, fresh, tie, event, stage, errno, protocol, peer, uri, host, request,
        text);
  }
}
