package dev.why502.gateway.haproxy;

import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LoggedLine;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lines that HAProxy sends to a log: of HTTP and TCP requests in its standard formats, and what it
 * says of its servers (its manual, chapter 8). Whoever wrote them down may have put a prefix before
 * each: syslog's (RFC 3164, RFC 5424), rsyslog's, the journal's, or none.
 */
public final class HaproxyLog implements LogGrammar {
  private final Function<String, @Nullable String> addresses;
  private final InstantSource clock;

  /** Servers stand with the names that the log gives them. */
  public HaproxyLog(InstantSource clock) {
    this(server -> null, clock);
  }

  /**
   * @param addresses {@code 127.0.0.1:3001} for {@code app/s1}, null where it is not known
   * @param clock tells the year, which syslog leaves out
   */
  public HaproxyLog(Function<String, @Nullable String> addresses, InstantSource clock) {
    this.addresses = addresses;
    this.clock = clock;
  }

  @Override
  public LoggedLine parse(String text, ZoneId zone) {
    HaproxyLogPrefix prefix = HaproxyLogPrefix.of(text, zone, clock);
    String message = text.substring(prefix.length());
    HaproxyLogLine line = HaproxyRequestLine.parse(message, text, zone, prefix.at(), addresses);
    return line != null ? line : HaproxyNotice.parse(message, text, prefix, addresses);
  }

  @Override
  public boolean lasting() {
    return true;
  }
}
