package dev.why502.gateway.apache;

import dev.why502.evidence.LogLine;
import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Stage;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of httpd's error log, taken apart. It never holds the request line.
 *
 * @param at null when the line does not begin as httpd's lines do; {@code event} is then OTHER
 * @param module "proxy", "ssl", ..., or null
 * @param thread "4711:4715", process and thread, or null
 * @param client "127.0.0.1:43210" as it came, or null
 * @param code number of its AH code, 0 when it has none
 * @param errno system error number, 0 when none; 70007 and 20014 are APR's own
 * @param returnedBy path of the request that it names as "returned by", or null
 */
record ApacheErrorLogLine(
    @Nullable Instant at,
    @Nullable String module,
    String level,
    @Nullable String thread,
    @Nullable String client,
    int code,
    Event event,
    Stage stage,
    int errno,
    @Nullable String protocol,
    @Nullable String peer,
    @Nullable String returnedBy,
    String text)
    implements LoggedLine {

  @Override
  public @Nullable String host() {
    return null;
  }

  @Override
  public @Nullable String request() {
    return null;
  }

  @Override
  public Tie tie(RequestFacts facts) {
    return ApacheErrorLogTies.alone(this, facts);
  }

  @Override
  public LogLine evidence(String gateway, String file, Instant time, boolean fresh, Tie tie) {
    return new LogLine(
        gateway, file, time, fresh, tie, event, stage, errno, protocol, peer, null, null, null,
        text);
  }

  /** That all workers are taken is said once (AH00484), however long it lasts. */
  @Override
  public @Nullable String standing() {
    return event() == Event.NO_WORKER_CONNECTIONS ? "workers" : null;
  }
}
