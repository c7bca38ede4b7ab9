package dev.why502.gateway.caddy;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * Versions before 2.7 do not say whose answer broke off: the access line that follows does, where
   * requests are logged to the same file. Nor do they say for whom an upstream's name was looked
   * up: the error that follows does.
   */
  @Override
  public List<Tie> ties(List<LoggedLine> lines, RequestFacts facts) {
    List<Tie> ties = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      LoggedLine line = lines.get(i);
      boolean nameless =
          (line.event() == Event.BODY_BROKEN || line.event() == Event.NOT_RESOLVED)
              && line.request() == null;
      LoggedLine next = nameless ? nextRequest(lines, i) : null;
      ties.add(next == null ? line.tie(facts) : next.tie(facts));
    }
    return ties;
  }

  private static @Nullable LoggedLine nextRequest(List<LoggedLine> lines, int from) {
    for (int i = from + 1; i < lines.size(); i++) {
      if (lines.get(i).request() != null) {
        return lines.get(i);
      }
    }
    return null;
  }

  @Override
  public boolean lasting() {
    return true;
  }
}
