package dev.why502.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.why502.definition.Dialogue;
import dev.why502.definition.ProbeModule.Label;
import dev.why502.definition.ProbeModule.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds the steps of a tcp module. A pattern is tried on each line until one fits, without its line
 * end; what a step sends ends with a newline.
 */
final class Conversation implements Dialogue {
  /** A peer's line may not be longer. */
  static final int LONGEST_LINE = 64 * 1024;

  private final List<Step> steps;
  private final Journal journal;
  private String unread = "";
  private int at;
  private boolean regexFailed;
  private boolean bytesFailed;
  private boolean tooLong;
  private @Nullable List<Map.Entry<String, String>> captured;

  Conversation(List<Step> steps, Journal journal) {
    this.steps = steps;
    this.journal = journal;
  }

  boolean regexFailed() {
    return regexFailed;
  }

  boolean bytesFailed() {
    return bytesFailed;
  }

  /** Whether it ended for something that the peer said, or did not say before it closed. */
  boolean failed() {
    return regexFailed || bytesFailed || tooLong;
  }

  /** The labels of the step that matched last and has some, or null. */
  @Nullable List<Map.Entry<String, String>> captured() {
    return captured;
  }

  @Override
  public Turn opened() {
    return go(false);
  }

  @Override
  public Turn heard(String bytes) {
    unread += bytes;
    return go(false);
  }

  @Override
  public Turn secured() {
    journal.note("TLS is spoken");
    return go(false);
  }

  @Override
  public Turn closed() {
    journal.note("the peer closed the connection");
    Turn last = go(true);
    return last.next() == Next.END || expecting() ? Turn.END : Turn.WAIT;
  }

  private boolean expecting() {
    if (at < steps.size() && steps.get(at).expect() != null) {
      regexFailed = true;
      return true;
    }
    return false;
  }

  private Turn go(boolean closed) {
    StringBuilder send = new StringBuilder();
    while (at < steps.size() && !failed()) {
      Step step = steps.get(at);
      String line = step.send();
      if (step.expect() != null) {
        Matcher match = awaited(step, closed);
        if (match == null) {
          return new Turn(tooLong ? Next.END : Next.LISTEN, bytes(send));
        }
        line = line == null ? null : Template.fill(line, match);
        capture(step, match);
      }
      if (step.expectBytes() != null && !came(step.expectBytes())) {
        return new Turn(bytesFailed ? Next.END : Next.LISTEN, bytes(send));
      }
      if (line != null && !line.isEmpty()) {
        journal.note("sending: " + line);
        send.append(line).append('\n');
      }
      at++;
      if (step.startTls()) {
        // Bytes that came in the clear are none of the conversation that TLS protects.
        unread = "";
        return new Turn(Next.START_TLS, bytes(send));
      }
    }
    return new Turn(Next.END, bytes(send));
  }

  private @Nullable Matcher awaited(Step step, boolean closed) {
    Pattern pattern = Pattern.compile(String.valueOf(step.expect()));
    while (!unread.isEmpty()) {
      int end = unread.indexOf('\n');
      if (end < 0 && !closed) {
        tooLong = unread.length() > LONGEST_LINE;
        return null;
      }
      String raw = end < 0 ? unread : unread.substring(0, end);
      unread = end < 0 ? "" : unread.substring(end + 1);
      String bare = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
      String line = new String(bare.getBytes(ISO_8859_1), UTF_8);
      journal.note("read: " + line);
      Matcher match = pattern.matcher(line);
      if (match.find()) {
        return match;
      }
    }
    return null;
  }

  private boolean came(String expected) {
    String wanted = bytes(expected);
    if (unread.length() < wanted.length()) {
      return false;
    }
    bytesFailed = !unread.startsWith(wanted);
    unread = unread.substring(wanted.length());
    return !bytesFailed;
  }

  private void capture(Step step, Matcher match) {
    if (!step.labels().isEmpty()) {
      List<Map.Entry<String, String>> labels = new ArrayList<>();
      for (Label label : step.labels()) {
        labels.add(Map.entry(label.name(), Template.fill(label.value(), match)));
      }
      captured = labels;
    }
  }

  private static String bytes(CharSequence text) {
    return new String(text.toString().getBytes(UTF_8), ISO_8859_1);
  }
}
