package dev.why502.gateway.apache;

import dev.why502.evidence.LogLine.Event;
import dev.why502.evidence.LogLine.Tie;
import dev.why502.gateway.LoggedLine;
import dev.why502.gateway.RequestFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * How lines of httpd's error log belong to a request of ours. They hold no request line: what tells
 * is the client's address with its port, and for lines without a client the thread that wrote the
 * one beside it.
 */
final class ApacheErrorLogTies {
  /** Lines without a client that one with a client may explain. */
  private static final int MAX_NEIGHBOURS = 8;

  private ApacheErrorLogTies() {}

  static List<Tie> of(List<LoggedLine> lines, RequestFacts facts) {
    List<Tie> ties = new ArrayList<>();
    for (LoggedLine line : lines) {
      ties.add(line.tie(facts));
    }
    for (int i = 0; i < lines.size(); i++) {
      Tie tie = ties.get(i);
      boolean told = tie == Tie.OURS || tie == Tie.SAME_ROUTE;
      if (told && lines.get(i) instanceof ApacheErrorLogLine line && line.client() != null) {
        before(lines, ties, i, line, tie);
      }
    }
    return List.copyOf(ties);
  }

  /** A thread serves one request at a time: what it wrote just before belongs to it too. */
  private static void before(
      List<LoggedLine> lines, List<Tie> ties, int from, ApacheErrorLogLine line, Tie tie) {
    int taken = 0;
    for (int i = from - 1; i >= 0 && taken < MAX_NEIGHBOURS; i--) {
      if (!(lines.get(i) instanceof ApacheErrorLogLine each)
          || each.thread() == null
          || !each.thread().equals(line.thread())) {
        continue;
      }
      if (each.client() != null || apart(each, line)) {
        return;
      }
      if (ties.get(i) == Tie.NONE && each.event() != Event.OTHER) {
        ties.set(i, tie);
        taken++;
      }
    }
  }

  /** Whether too much time lies between for one failed attempt and what came of it. */
  private static boolean apart(ApacheErrorLogLine first, ApacheErrorLogLine second) {
    return first.at() == null
        || second.at() == null
        || second.at().toEpochMilli() - first.at().toEpochMilli() > 120_000;
  }

  static Tie alone(ApacheErrorLogLine line, RequestFacts facts) {
    String client = line.client();
    if (client == null) {
      return line.event() != Event.OTHER && ofProcess(line) ? Tie.GATEWAY : Tie.NONE;
    }
    boolean exact = !facts.clients().isEmpty();
    boolean samePath = line.returnedBy() == null || line.returnedBy().equals(facts.plainPath());
    if (exact ? facts.client(client) : samePath && local(client, facts)) {
      // Without the port of ours another of our own requests may be meant: its path must tell.
      return exact || line.returnedBy() != null ? Tie.OURS : Tie.NONE;
    }
    String by = line.returnedBy();
    String prefix = facts.locationPrefix();
    if (by != null && (prefix == null ? by.equals(facts.plainPath()) : by.startsWith(prefix))) {
      return Tie.SAME_ROUTE;
    }
    return Tie.NONE;
  }

  private static boolean ofProcess(ApacheErrorLogLine line) {
    return switch (line.event()) {
      case NO_WORKER_CONNECTIONS, NO_FILES, CONFIG_REFUSED -> true;
      default -> false;
    };
  }

  private static boolean local(String client, RequestFacts facts) {
    int colon = client.lastIndexOf(':');
    return facts.localAddresses().isEmpty()
        || facts.local(colon < 0 ? client : client.substring(0, colon));
  }
}
