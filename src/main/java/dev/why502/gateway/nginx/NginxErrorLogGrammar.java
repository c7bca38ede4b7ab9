package dev.why502.gateway.nginx;

import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LoggedLine;
import java.time.ZoneId;

/** nginx's error log. */
public final class NginxErrorLogGrammar implements LogGrammar {
  @Override
  public LoggedLine parse(String text, ZoneId zone) {
    return NginxErrorLog.parse(text, zone);
  }
}
