package dev.why502.gateway.haproxy;

import dev.why502.evidence.GatewayState.Mark;
import dev.why502.gateway.ByteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code show stat} answers: a table in CSV whose first line names the columns. */
final class HaproxyStats {
  /** Servers out of use that are told of. */
  private static final int MAX_MARKS = 64;

  private static final int MAX_FIELD = 512;

  private HaproxyStats() {}

  /** Null where the text is no such table. */
  static @Nullable List<Mark> marks(String text) {
    String[] lines = text.split("\n");
    if (!lines[0].startsWith("# pxname,svname,")) {
      return null;
    }
    List<String> names = fields(lines[0].substring(2));
    List<Mark> marks = new ArrayList<>();
    for (int i = 1; i < lines.length && marks.size() < MAX_MARKS; i++) {
      List<String> values = fields(lines[i]);
      Map<String, String> row = new HashMap<>();
      for (int j = 0; j < Math.min(names.size(), values.size()); j++) {
        row.put(names.get(j), values.get(j));
      }
      Mark mark = mark(row);
      if (mark != null) {
        marks.add(mark);
      }
    }
    return marks;
  }

  private static @Nullable Mark mark(Map<String, String> row) {
    String server = row.getOrDefault("svname", "");
    String status = row.getOrDefault("status", "");
    boolean isServer = "2".equals(row.get("type"));
    // "UP 1/3" is going down and still used; "no check" is used for want of a check.
    if (!isServer
        || status.isEmpty()
        || status.equals("UP")
        || status.startsWith("UP ")
        || status.equals("no check")
        || status.equals("NOLB")) {
      return full(row, server, isServer);
    }
    return new Mark(
        row.getOrDefault("pxname", "") + "/" + server,
        address(row),
        status.startsWith("DOWN") ? "DOWN" : status,
        reason(row));
  }

  /** A server that is up and takes no more: as many sessions as its maxconn, others waiting. */
  private static @Nullable Mark full(Map<String, String> row, String server, boolean isServer) {
    long limit = ByteText.number(row.getOrDefault("slim", ""));
    long sessions = ByteText.number(row.getOrDefault("scur", ""));
    long waiting = ByteText.number(row.getOrDefault("qcur", ""));
    if (!isServer || limit <= 0 || sessions < limit || waiting <= 0) {
      return null;
    }
    return new Mark(
        row.getOrDefault("pxname", "") + "/" + server,
        address(row),
        "FULL",
        sessions + " of " + limit + " sessions, " + waiting + " waiting");
  }

  private static @Nullable String address(Map<String, String> row) {
    String address = row.getOrDefault("addr", "");
    if (address.isEmpty()) {
      return null;
    }
    return address.startsWith("/") ? "unix:" + address : address;
  }

  /** "Layer7 wrong status, code: 404, Not Found". */
  private static @Nullable String reason(Map<String, String> row) {
    String description = row.getOrDefault("check_desc", "");
    String code = row.getOrDefault("check_code", "");
    String last = row.getOrDefault("last_chk", "");
    if (description.isEmpty()) {
      String status = row.getOrDefault("check_status", "");
      return status.isEmpty() ? null : status;
    }
    // Codes of "Layer4" results are system error numbers in some versions, none in others.
    String text = description + (code.isEmpty() || code.equals("0") ? "" : ", code: " + code);
    return last.isEmpty() || description.contains(last) ? text : text + ", " + last;
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else if (field.length() < MAX_FIELD && c >= ' ') {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
