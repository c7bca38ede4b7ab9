package dev.why502.gateway.caddy;

import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LoggedLine;
import java.time.ZoneId;

/**
 * Caddy's log: one JSON object a line, or the columns of its console format. Errors of requests,
 * requests themselves, health checks and the process's own words share one grammar, as they may
 * share one file.
 */
public final class CaddyLog implements LogGrammar {
  @Override
  public LoggedLine parse(String text, ZoneId zone) {
    CaddyLogFields fields = CaddyLogFields.of(text);
    return CaddyLogLine.of(fields, CaddyLogTime.of(fields.text("ts"), zone), text);
  }

  @Override
  public boolean lasting() {
    return true;
  }
}
