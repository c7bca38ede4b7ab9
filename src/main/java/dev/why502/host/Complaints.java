package dev.why502.host;

import com.google.re2j.Pattern;
import dev.why502.evidence.ServiceLog.About;
import dev.why502.evidence.ServiceLog.Complaint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds known errors in the lines of a service's log. Lines belong to reports: one death of a
 * process, with its stack trace. Only what the last report says, and only when nothing shows that
 * the service went on after it, tells why the service is down now.
 */
final class Complaints {
  static final int MAX_COMPLAINTS = 32;

  /** Of a line only so much is searched. */
  static final int MAX_LINE_CHARACTERS = 4096;

  /** A service that says so much more after its complaint has not died of it. */
  static final int MAX_LINES_AFTER = 30;

  private static final Pattern HEALTHY =
      Pattern.compile(
          "(?i)\\b(?:listening (?:on|at|for)|now listening|server (?:is )?(?:running|started|ready"
              + "|listening|up)|ready (?:in|on|at|- started|for|to accept)|started server"
              + "|started \\S+ in [\\d.]+ ?(?:s|ms|seconds)|started on port|startup complete"
              + "|running (?:on|at) (?:http|port|\\[?[\\d:.]+)|accepting connections"
              + "|successfully started|application is running|booted in|listens on)\\b");

  /** "Stop the process that's listening on port 8080", "waiting for the database to be ready". */
  private static final Pattern NOT_HEALTHY =
      Pattern.compile(
          "(?i)\\b(?:process that|already|failed|waiting for|unable to|cannot|could not|is not)\\b");

  private static final Pattern SERVED =
      Pattern.compile(
          "\\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /\\S*(?: HTTP/[\\d.]+)?\"? .*?\\b[23]\\d\\d\\b");

  private static final Pattern FIELD =
      Pattern.compile("^\\s*\\[?(?:code|errno|syscall|name|type)\\]?: ");

  private Complaints() {}

  /** Oldest first, each subject once, at most {@value #MAX_COMPLAINTS}. */
  static List<Complaint> in(List<String> lines, LogTime time) {
    Reader reader = new Reader(time);
    for (String line : lines) {
      String plain = LogText.plain(line);
      reader.line(
          plain.length() > MAX_LINE_CHARACTERS ? plain.substring(0, MAX_LINE_CHARACTERS) : plain);
    }
    return reader.complaints();
  }

  private record Found(
      About about, @Nullable Instant at, @Nullable String subject, int report, String text) {}

  private static final class Reader {
    private final LogTime time;
    private final List<Found> found = new ArrayList<>();
    private int report;
    private boolean boundary;
    private boolean healthySince;
    private int linesSince;
    private boolean chained;

    Reader(LogTime time) {
      this.time = time;
    }

    void line(String line) {
      if (line.isBlank()) {
        return;
      }
      ComplaintRules.Match match = ComplaintRules.match(line);
      if (match != null) {
        complaint(match, line);
      } else if (healthy(line) || served(line)) {
        healthySince = true;
        boundary = true;
      } else if (endsReport(line)) {
        boundary = true;
      } else if (ordinary(line)) {
        linesSince++;
      }
      chained = line.startsWith("During handling of") || line.startsWith("The above exception");
    }

    private void complaint(ComplaintRules.Match match, String line) {
      String text = LogText.shown(line);
      boolean again = found.stream().anyMatch(old -> old.report() == report && same(old, text));
      boolean traceback = match.starts() && !chained;
      if ((boundary || again || traceback) && !found.isEmpty()) {
        report++;
      }
      boundary = false;
      healthySince = false;
      linesSince = 0;
      Instant at = time.of(line);
      if (match.subject() == null && toldBetter(match.about(), line)) {
        return;
      }
      found.removeIf(
          old ->
              old.about() == match.about()
                  && (Objects.equals(old.subject(), match.subject())
                      || (old.subject() == null && old.report() == report)));
      found.add(new Found(match.about(), at, match.subject(), report, text));
      if (found.size() > 4 * MAX_COMPLAINTS) {
        found.remove(0);
      }
    }

    /** An error's own fields are printed after it: {@code code: 'EADDRINUSE',}. */
    private boolean toldBetter(About about, String line) {
      boolean field = FIELD.matcher(line).find();
      return about != About.CRASH
          && found.stream()
              .anyMatch(old -> old.report() == report && (field || old.about() == about));
    }

    private static boolean same(Found old, String text) {
      return old.text().equals(text);
    }

    List<Complaint> complaints() {
      boolean over = healthySince || linesSince > MAX_LINES_AFTER;
      List<Complaint> complaints = new ArrayList<>();
      for (Found one : found) {
        if (one.about() == About.CRASH && explained(one.report())) {
          continue;
        }
        complaints.add(
            new Complaint(
                one.about(), one.at(), one.subject(), !over && one.report() == report, one.text()));
      }
      int size = complaints.size();
      return size > MAX_COMPLAINTS ? complaints.subList(size - MAX_COMPLAINTS, size) : complaints;
    }

    /** "Traceback ..." says nothing that the error at its end does not say better. */
    private boolean explained(int report) {
      return found.stream()
          .anyMatch(other -> other.report() == report && other.about() != About.CRASH);
    }

    private static boolean healthy(String line) {
      return HEALTHY.matcher(line).find() && !NOT_HEALTHY.matcher(line).find();
    }

    private static boolean served(String line) {
      return line.contains(" /") && SERVED.matcher(line).find();
    }

    private static boolean endsReport(String line) {
      String text = line.strip();
      String lower = text.toLowerCase(Locale.ROOT);
      return text.startsWith("Node.js v")
          || text.startsWith("> ")
          || lower.startsWith("starting ")
          || lower.contains("booting worker")
          || lower.contains("started server process")
          || lower.contains("starting development server");
    }

    /** Not a part of a stack trace or of a printed object. */
    private static boolean ordinary(String line) {
      char first = line.charAt(0);
      return first > ' ' && "{}[]()^#~*+-|".indexOf(first) < 0 && !line.startsWith("at ");
    }
  }
}
