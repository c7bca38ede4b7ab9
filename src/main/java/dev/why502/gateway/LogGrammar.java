package dev.why502.gateway;

import dev.why502.evidence.LogLine.Tie;
import java.time.ZoneId;
import java.util.List;

/** How one gateway writes the lines of one log. Pure. */
public interface LogGrammar {
  /**
   * Takes a line apart. What is no line of such a log has no time and is of event OTHER.
   *
   * @param zone in which the gateway writes times that carry none
   */
  LoggedLine parse(String text, ZoneId zone);

  /**
   * How each of some lines, in the order of the file, belongs to a request of ours. To be
   * overridden where a line is told by its neighbours.
   */
  default List<Tie> ties(List<LoggedLine> lines, RequestFacts facts) {
    return lines.stream().map(line -> line.tie(facts)).toList();
  }

  /**
   * Whether it is a log of all requests, beside one of errors: what that one says of an attempt
   * stands, and its silence is no less because of a line here.
   */
  default boolean ofRequests() {
    return false;
  }

  /** Whether lines of it begin or end lasting states, see {@link LoggedLine#standing()}. */
  default boolean lasting() {
    return false;
  }
}
